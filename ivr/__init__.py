"""The conversation: the line to the caller, turns, dialogues and understanding."""
