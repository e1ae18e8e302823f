"""`python -m tests.screens OUT`: pictures of every page and state, on the demo shop."""

from __future__ import annotations

import os
import sys
from pathlib import Path

import pytest


def main(words: list[str]) -> int:
    """Draw everything into the folder named; the exit status."""
    if len(words) != 1:
        print("Say where the pictures go: python -m tests.screens OUT", file=sys.stderr)
        return 2
    out = Path(words[0]).resolve()
    os.environ["SCREENS_OUTPUT"] = str(out)
    status = pytest.main(["-q", str(Path(__file__).parent)])
    print(f"{len(list(out.glob('*.png')))} pictures in {out}")
    return int(status)


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
