"""The conversation: line, turns, dialogues, understanding."""
