"""Ringing telephones of our own accord: what care calls and calls about orders share."""
