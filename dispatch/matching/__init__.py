"""Matching: which provider suits an order, and why. Pure: facts in, a ranking out."""
