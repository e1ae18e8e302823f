"""Long proofs, run by `python -m tests.proofs NAME [--full]`; the tests run them with fewer steps."""
