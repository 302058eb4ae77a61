"""The sound of calls: Asterisk's AudioSocket, served."""
