"""`python -m tests.screens OUT [LANGUAGE…]`: pictures of every page and state, on the demo shop."""

from __future__ import annotations

import os
import subprocess
import sys
from pathlib import Path

LANGUAGES = ("en", "de", "pseudo")


def main(words: list[str]) -> int:
    """Draw everything into the folder named, in all languages or those named; the exit status."""
    if not words or words[0].startswith("-") or set(words[1:]) - set(LANGUAGES):
        print("Say where the pictures go: python -m tests.screens OUT [en] [de] [pseudo]", file=sys.stderr)
        return 2
    out, status = Path(words[0]).resolve(), 0
    for language in words[1:] or LANGUAGES:
        told = os.environ | {"SCREENS_OUTPUT": str(out), "SCREENS_LANGUAGE": language}
        command = [sys.executable, "-m", "pytest", "-q", str(Path(__file__).parent)]
        status = subprocess.run(command, env=told, check=False).returncode or status
    print(f"{len(list(out.glob('*.png')))} pictures in {out}")
    return status


if __name__ == "__main__":
    sys.exit(main(sys.argv[1:]))
