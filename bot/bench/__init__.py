"""How fast the program is, beside the least work that does the same. Never a test: times are read by people."""
