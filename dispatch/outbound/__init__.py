"""Calls that we place about orders (models.outbound_calls)."""
