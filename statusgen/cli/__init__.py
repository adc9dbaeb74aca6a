"""Arguments, the clock, exit codes and printing."""
