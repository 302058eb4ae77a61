"""A recorded call, held again offline with today's code."""
