"""Repeating orders: each of their days becomes an order of its own, ahead of time and once."""
