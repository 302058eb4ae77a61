"""Dialogues: each is a coroutine that reads as the conversation itself."""
