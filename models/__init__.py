"""Facts: what Linli knows, and the settings it runs with."""
