"""The telephone exchange: a private Asterisk, its configuration and its dialplan."""
