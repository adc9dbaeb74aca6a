"""From a file's text to its text with one thing changed; every other byte stays."""
