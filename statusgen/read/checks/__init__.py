"""Health-check logs."""
