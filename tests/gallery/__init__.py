"""Every page of the console with a lively community in it: looked at by axe and by a test, and drawn for docs/screens."""
