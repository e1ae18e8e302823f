"""`python -m tests.language`: brings the catalogues up to date with the source, says what is open."""

from __future__ import annotations

import sys

from tests.language import catalogue


def main() -> int:
    """Rewrite each catalogue; the exit status is 1 while something is not translated."""
    open_texts = 0
    for file in sorted(catalogue.LANGUAGES.glob("*.po")):
        gone = catalogue.stale(file)
        catalogue.update(file)
        for said in (left := catalogue.missing(file)):
            print(f"{file.name}: {said.place}: {said.text!r}")
        print(f"{file.name}: {len(left)} to translate, {len(gone)} taken out")
        open_texts += len(left)
    return int(open_texts > 0)


if __name__ == "__main__":
    sys.exit(main())
