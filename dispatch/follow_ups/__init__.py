"""Follow-ups: every resident is asked how the work was, and what they say is followed."""
