"""One table of settings: key, default, type, meaning. The chosen values lie in `store.preferences`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting's key, default and meaning; the default's type is the setting's type."""

    key: str
    default: str | int | float | bool
    meaning: str


SETTINGS: Mapping[str, Setting] = {
    s.key: s
    for s in (
        Setting("shop.kind", "", "which kind of shop is connected; empty = none yet"),
        Setting("shop.folder", "", "the folder of a CSV shop"),
        Setting("shop.mapping", "", "the mapping file of a CSV shop; empty = the canonical names"),
        Setting("shop.name", "", "what the shop calls itself, shown in the window"),
        Setting("shop.currency", "", "the currency where a row names none"),
        Setting("shop.country", "", "the country of phone numbers written without one"),
        Setting("shop.timezone", "UTC", "the time zone of times written without one"),
        Setting("counter.name", "Counter 1", "what this terminal is called"),
        Setting("counter.store", "", "the store this terminal stands in; empty = the associate's"),
        Setting("counter.limit", 5, "how many suggestions the counter shows"),
        Setting("review.limit", 3, "how many suggestions an account review shows"),
        Setting(
            "consent.assumed_from", "", "the date from which unknown consent counts as given; empty = never"
        ),
        Setting(
            "decline.days", 90, "how many days a declined product is not suggested to the same customer again"
        ),
        Setting(
            "match.days", 7, "within how many days of a visit an accepted product must be on a paid receipt"
        ),
        Setting("return.days", 30, "how many days a bought thing may be brought back"),
        Setting("recovery.shown", False, "whether the recovery key was shown"),
        Setting("signed_in", "", "the associate who signed in last"),
        Setting("look.theme", "system", "system, light or dark"),
        Setting("look.scale", 1.0, "text size: 1.0, 1.15 or 1.3"),
        Setting("keys.single", True, "whether single-letter keys act in the list"),
    )
}
