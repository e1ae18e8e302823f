"""How fast things are, each beside a floor or a peer of the same run: python -m tests.benchmarks."""
