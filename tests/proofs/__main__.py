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
        choices=["answers", "eligibility", "fairness", "faults", "gate", "learning", "off-policy"],
        help="answers: real answers to offers foretold; eligibility: random baskets against the rules; "
        "fairness: figures of shops whose truth is known; "
        "faults: a shop behind a network that breaks; gate: which planted models come into use; "
        "learning: twelve weeks of a simulated shop; "
        "off-policy: what another way of choosing would have brought",
    )
    parser.add_argument("--full", action="store_true", help="as long as the promise says, not a part of it")
    parser.add_argument("--seed", type=int, default=1)
    given = parser.parse_args()
    from tests.proofs import answers, eligibility, fairness, faults, gate, learning, off_policy

    if given.name == "fairness":
        return fairness.main(worlds=2_000 if given.full else 100, seed=given.seed)

    if given.name == "gate":
        return gate.main(full=given.full, seed=given.seed)
    if given.name == "off-policy":
        return off_policy.main(full=given.full)
    if given.name == "learning":
        return learning.main(full=given.full)
    if given.name == "eligibility":
        return eligibility.main(full=given.full, seed=given.seed)
    if given.name == "answers":
        return answers.main()
    return faults.main(steps=1_000 if given.full else 100, seed=given.seed)


if __name__ == "__main__":
    raise SystemExit(main())
