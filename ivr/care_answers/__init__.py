"""What residents answer in a care call, understood by a small model of its own."""
