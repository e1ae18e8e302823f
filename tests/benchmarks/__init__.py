"""How fast things are, each beside a floor or a peer in the same run: `python -m tests.benchmarks [NAME…]`."""
