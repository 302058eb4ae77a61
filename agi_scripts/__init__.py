"""The phone's door: one file for each way a call enters, and the FastAGI server that runs them."""
