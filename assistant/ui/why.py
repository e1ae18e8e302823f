"""Why something is suggested, in words: its evidence, what moved its score, and how well it fits."""

from __future__ import annotations

import math
from collections.abc import Mapping

from assistant.records import Evidence, Suggestion
from assistant.ui.dates import month, span
from assistant.ui.language import mark, shown
from assistant.ui.wording import counted, number, share, spoken_category, times, tr

_MATCHES = (
    (0.30, mark("Very strong")),
    (0.15, mark("Strong")),
    (0.07, mark("Good")),
    (0.03, mark("Fair")),
    (0.0, mark("Possible")),
)
SEGMENTS = len(_MATCHES)
_MOST_MOVED = 3  # parts of a score that are told
_LEAST_MOVED = 0.1  # in log-odds: a tenth of the odds; what moved it less is not worth a word


def evidence(fact: Evidence) -> str:
    """A measured fact with its base; from under 30 customers no percentage is said, so nothing is."""
    # The first screen words times and names only; what suggesting needs is loaded with the counter.
    from assistant.suggest.talking_points import FEWEST_CUSTOMERS, spoken

    if fact.kind == "again":
        return _bought_before(fact)
    anchor = spoken(fact.anchor_name)
    if fact.kind == "requires":
        return tr("Needed by the {anchor}").format(anchor=anchor)
    if fact.kind == "kit":
        return tr("In a kit with the {anchor}").format(anchor=anchor)
    if fact.kind == "accessory":
        return tr("Goes with the {anchor}").format(anchor=anchor)
    if fact.kind == "proposed":
        return _proposed(fact)
    if (fact.customers or 0) < FEWEST_CUSTOMERS or fact.share is None or not fact.base:
        return ""
    words = {"anchor": anchor, "share": share(fact.share), "base": number(fact.base)}
    if fact.kind == "category_together":
        words |= {"these": spoken_category(fact.category), "those": spoken_category(fact.anchor_category)}
        said = tr("{these} in {share} of {base} sales with {those}").format_map(words)
        said = said[:1].upper() + said[1:]
    elif fact.kind == "like_together":
        words["like"] = spoken(fact.like_name or "")
        said = tr("Like the {like}, which is bought with the {anchor} in {share} of {base} sales").format_map(
            words
        )
    else:
        said = tr("Bought with the {anchor} in {share} of {base} sales").format_map(words)
    if fact.lift is None or fact.lift < 1.05:
        return said
    return tr("{said}, {times} the usual").format(said=said, times=times(fact.lift))


def _proposed(fact: Evidence) -> str:
    """Whose idea it is; how often it was accepted, once there are enough offers to say so."""
    from assistant.suggest.talking_points import FEWEST_CUSTOMERS, spoken

    said = tr("Proposed by a colleague for the {anchor}").format(anchor=spoken(fact.anchor_name))
    if fact.share is None or (fact.base or 0) < FEWEST_CUSTOMERS:
        return said
    words = {"said": said, "share": share(fact.share), "base": number(fact.base or 0)}
    return tr("{said}, accepted in {share} of {base} offers").format_map(words)


def _bought_before(fact: Evidence) -> str:
    said = counted(fact.n or 1, tr("Bought once before"), tr("Bought {n} times before"))
    if fact.until is not None:
        said = tr("{said}, last in {month}").format(said=said, month=month(fact.until))
    if fact.every_days is None:
        return said
    return tr("{said}, usually again after {span}").format(said=said, span=span(fact.every_days))


def reasons_for(suggestion: Suggestion) -> list[tuple[str, str]]:
    """What stands under a talking point: icons and texts; why it fits first, then what was counted."""
    found: list[tuple[str, str]] = []
    linked = next((e for e in suggestion.evidence if e.n is None or e.kind == "proposed"), None)
    if linked is not None:
        found.append(("check", _fits(suggestion, linked)))
    again = next((e for e in suggestion.evidence if e.kind == "again"), None)
    if again is not None:
        found.append(("receipt", evidence(again)))
    together = [e for e in suggestion.evidence if e.n is not None and e.kind not in ("again", "proposed")]
    text = next((t for t in map(evidence, together) if t), "")
    if text:
        found.append(("users", text))
    if not found and together:
        found.append(("check", _too_few(together[0])))
    return found


def _too_few(fact: Evidence) -> str:
    if fact.kind == "category_together":
        return tr("Such things were bought together before; too few sales for a share")
    if fact.kind == "like_together":
        from assistant.suggest.talking_points import spoken

        return tr("Like the {like}, which was bought with this before; too few sales for a share").format(
            like=spoken(fact.like_name or "")
        )
    return tr("Bought together before; too few sales for a share")


def part(name: str) -> str:
    """What a part of a score stands for; empty for one that is not known here."""
    return {
        "usual": tr("How often it sells"),
        "together": tr("Bought with this"),
        "basket": tr("The basket as a whole"),
        "category": tr("Its category"),
        "customer": tr("What this customer buys"),
        "again": tr("Bought before"),
        "link": tr("The shop’s own link"),
        "proposed": tr("A colleague’s proposal"),
        "start": tr("Where every product starts"),
    }.get(name, "")


def moved(parts: Mapping[str, float]) -> list[str]:
    """What moved a score most, up (▲) or down (▼), the strongest first; not where every product starts."""
    told = [
        (name, by) for name, by in parts.items() if name != "start" and part(name) and abs(by) >= _LEAST_MOVED
    ]
    told.sort(key=lambda moved: -abs(moved[1]))
    return [f"{'▲' if by > 0 else '▼'} {part(name)}" for name, by in told[:_MOST_MOVED]]


def valued(worth: Mapping[str, float]) -> list[str]:
    """What answers taught of a suggestion: how often it is accepted and kept, and what its margin does."""
    told = []
    for name, text in (
        ("accepted", tr("Accepted when offered: about {n} of 100")),
        ("kept", tr("Kept when accepted: about {n} of 100")),
    ):
        if name in worth:
            told.append(text.format(n=number(round(100 * math.exp(worth[name])))))
    by = worth.get("margin", 0.0)
    if abs(by) >= _LEAST_MOVED:
        told.append(f"{'▲' if by > 0 else '▼'} {tr('What it earns')}")
    return told


def _fits(suggestion: Suggestion, linked: Evidence) -> str:
    """The product's own statement of what it fits, else the shop's link."""
    fits = suggestion.product.attributes.get("fits")
    if linked.kind == "accessory" and isinstance(fits, list | tuple) and fits and isinstance(fits[0], str):
        return tr("Fits: {what}").format(what=fits[0])
    return evidence(linked)


def match_words() -> list[str]:
    """Every word for how well something fits."""
    return [shown(word) for _, word in _MATCHES]


def match_word(score: float) -> tuple[str, int]:
    """How well it fits, in a word, and how many of the segments are filled."""
    for place, (least, word) in enumerate(_MATCHES):
        if score >= least:
            return shown(word), SEGMENTS - place
    return shown(_MATCHES[-1][1]), 1
