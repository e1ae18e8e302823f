"""The window's process never loads what only errands need."""

from __future__ import annotations

import json
import subprocess
import sys

from assistant.store.database import Home

HEAVY = ("pandas", "sklearn", "scipy", "sqlite_utils", "rich", "phonenumbers")
PROGRAM = """
import json, sys
from pathlib import Path
from assistant.store.database import Home
from assistant.ui.shell import Shell

shell = Shell(Home(Path(sys.argv[1])), remember=False)
shell.window.show()
shell.settle()
at_start = sorted(sys.modules)
shell.window.sign_in.chosen.emit(shell.window.sign_in.people[0])
shell.settle()
shell.window.open("basket", "B-20418")
shell.settle()
shell.window.show_page("team")
shell.settle()
print(json.dumps({"start": at_start, "work": sorted(sys.modules)}))
shell.close()
"""


def test_the_window_loads_no_frames_and_no_estimators(shop_home: Home):
    run = subprocess.run(
        [sys.executable, "-c", PROGRAM, str(shop_home.folder)], capture_output=True, text=True, check=True
    )
    loaded = json.loads(run.stdout.splitlines()[-1])
    assert [name for name in HEAVY if name in loaded["work"]] == []
    assert "numpy" not in loaded["start"]
    assert "assistant.ui.window" in loaded["start"]
    assert {"assistant.ui.counter.page", "assistant.ui.team.page"} <= set(loaded["work"])
