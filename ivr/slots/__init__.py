"""Slots: what a question asks for, one kind a file."""
