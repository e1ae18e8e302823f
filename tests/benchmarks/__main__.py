"""Runs the benchmarks that are named, or all that take seconds, each in a process of its own.

    python -m tests.benchmarks [start] [sync] [suggest] [worth] [demo]
    python -m tests.benchmarks [report] [scale] [counter] [busy] [ranking] [tuning] [curve] [rates]

Those on real sales read the folder named by SALES_DATA; `ranking`, `tuning` and `curve` that of
BENCHMARK_SPLITS. They are left out, in words, without it. `counter` makes a shop of a million products and a
million customers, which is kept in the folder named by BIG_SHOP and used again; sizes are options of
`python -m tests.benchmarks.counter` and `.busy`. `rates` starts a real Vendure shop, as the tests do.
"""

from __future__ import annotations

import argparse
import subprocess
import sys

NAMES = ("start", "sync", "suggest", "worth", "demo")
LONG = (
    "report",
    "scale",
    "counter",
    "busy",
    "ranking",
    "tuning",
    "curve",
    "rates",
)  # minutes: run where it is named, and not with all the others


def main() -> int:
    """Run them one after another; 1 where any ended in an error."""
    words = argparse.ArgumentParser(
        prog="python -m tests.benchmarks",
        description=__doc__,
        formatter_class=argparse.RawDescriptionHelpFormatter,
    )
    words.add_argument("names", nargs="*", metavar="NAME", help=", ".join(NAMES + LONG))
    asked = words.parse_args().names or NAMES
    unknown = [name for name in asked if name not in NAMES + LONG]
    if unknown:
        words.error(f"there is no benchmark {unknown[0]}; there are {', '.join(NAMES + LONG)}")
    ended_well = [_run(name) for name in asked]
    return 0 if all(ended_well) else 1


def _run(name: str) -> bool:
    print(f"\n== {name}", flush=True)
    # A process each: peak memory and imports of one say nothing about the next.
    return subprocess.run([sys.executable, "-m", f"tests.benchmarks.{name}"], check=False).returncode == 0


if __name__ == "__main__":
    sys.exit(main())
