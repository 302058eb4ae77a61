"""The phone's door: one file per way a call enters, the FastAGI server that runs them, and Asterisk's configuration."""
