"""A walk through every dialogue: whatever a caller does in whatever state, it comes to a proper end."""
