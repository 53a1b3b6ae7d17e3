"""Real code, good projects and seeded faults, to measure the gates with."""
