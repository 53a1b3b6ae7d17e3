"""What callers get, made from the values of the core."""
