"""Run benchmarks by name, or all of them; each prints its own lines."""

from __future__ import annotations

import importlib
import sys

NAMES = ("start", "sync", "suggest", "report", "demo")


def main() -> int:
    """Run what was named; 2 for a name nobody knows."""
    wanted = sys.argv[1:] or list(NAMES)
    unknown = [name for name in wanted if name not in NAMES]
    if unknown:
        print(f"There is no benchmark {unknown[0]}; there are: {', '.join(NAMES)}.", file=sys.stderr)
        return 2
    for name in wanted:
        importlib.import_module(f"tests.benchmarks.{name}").main()
    return 0


if __name__ == "__main__":
    sys.exit(main())
