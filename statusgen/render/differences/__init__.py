"""What readers get that is new, as text, as JSON, and as a comment on a merge request."""
