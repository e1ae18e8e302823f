"""What came of it and how sure we are: figures with their denominators, intervals and period."""
