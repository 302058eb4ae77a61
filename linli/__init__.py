"""The command line, and the programs run together."""
