"""How long the demo shop takes from nothing to trained and ready, step by step.

python -m tests.benchmarks.demo
"""

from __future__ import annotations

import os
import tempfile
import time
from datetime import date
from pathlib import Path

from assistant.learn.train import train
from assistant.shop.demo import make
from assistant.shop.demo.drawing import draw
from assistant.shop.demo.truth import load
from assistant.store.database import Home

BUDGET = 20.0


def main() -> None:
    """Draw the files alone, then make the whole shop, and print seconds beside the budget."""
    os.environ.setdefault("PYTHON_KEYRING_BACKEND", "keyring.backends.fail.Keyring")
    today = date(2026, 6, 14)
    learned = 0.0

    def learn(home: Home) -> None:
        nonlocal learned
        began = time.perf_counter()
        train(home, progress=lambda what, done, total: None)
        learned = time.perf_counter() - began

    with tempfile.TemporaryDirectory() as place:
        began = time.perf_counter()
        drawn = draw(Path(place) / "shop", load("camera"), today)
        files = time.perf_counter() - began
        began = time.perf_counter()
        make(Home(Path(place) / "demo"), today=today, learn=learn)
        whole = time.perf_counter() - began
    print(f"demo shop: {len(drawn.orders):,} orders, {len(drawn.visits):,} visits")
    print(f"  drawn and written  {files:6.2f} s")
    print(f"  synced, visits in  {whole - files - learned:6.2f} s")
    print(f"  trained            {learned:6.2f} s")
    print(
        f"  all                {whole:6.2f} s  of {BUDGET:.0f} s  {'ok' if whole <= BUDGET else 'TOO SLOW'}"
    )


if __name__ == "__main__":
    main()
