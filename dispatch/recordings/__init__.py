"""Recordings after their calls: sealed, kept for as long as a site wants them, then deleted."""
