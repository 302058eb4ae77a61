"""Prompts: what Linli says, as data, and the sound of it."""
