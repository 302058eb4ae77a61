"""Providers' data: checked, written, read from tables and confirmed by the providers themselves."""
