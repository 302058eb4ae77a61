"""The service catalogue: read from forms and tables, and kept."""
