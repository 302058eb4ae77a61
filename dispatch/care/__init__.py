"""Care calls: when each resident is called, placing the calls, and what comes of them."""
