"""Evaluation: recorded callers are heard and understood as in a call, and what came of it is counted."""
