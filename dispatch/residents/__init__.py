"""Residents' files: read from forms and tables alike, compared, kept, and followed when somebody leaves."""
