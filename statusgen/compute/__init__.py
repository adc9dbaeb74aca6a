"""From facts to conclusions: pure functions."""
