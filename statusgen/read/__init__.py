"""From files to facts: the only openers of content and logs."""
