"""`python -m tests.proofs NAME [--full]`: runs a long proof and prints its figures."""

from __future__ import annotations

import argparse
import os

os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")


def main() -> int:
    """Run a proof; the exit status."""
    parser = argparse.ArgumentParser(prog="python -m tests.proofs")
    parser.add_argument(
        "name",
        choices=["fairness", "faults"],
        help="fairness: figures of shops whose truth is known; faults: a shop behind a network that breaks",
    )
    parser.add_argument("--full", action="store_true", help="as long as it takes to be sure")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    if given.name == "fairness":
        from tests.proofs import fairness

        return fairness.main(worlds=2_000 if given.full else 100, seed=given.seed)
    from tests.proofs import faults

    return faults.main(steps=1_000 if given.full else 100, seed=given.seed)


if __name__ == "__main__":
    raise SystemExit(main())
