"""The telephone exchange as our programs meet it: its manager interface, its events."""
