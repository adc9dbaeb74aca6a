"""From the report to bytes with paths."""
