"""Planning a day: all of its planned visits are given to workers together, before they are offered."""
