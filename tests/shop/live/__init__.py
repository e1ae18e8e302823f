"""Live shops: real ones that the tests start, and bad servers that answer what no shop does."""
