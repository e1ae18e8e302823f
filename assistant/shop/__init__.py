"""The shop, spoken to by a child process: one file per kind of shop."""
