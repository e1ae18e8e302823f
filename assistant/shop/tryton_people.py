"""Tryton's parties as customers: those who neither are the company nor work there, and who was replaced."""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Any

from assistant.shop.tryton_api import PAGE, Api, Domain

EVERYONE: Mapping[str, Any] = {"active_test": False}


def strangers(api: Api) -> Domain:
    """Parties that are neither the company nor those who work there."""
    own = {row["party"] for row in api.everything("company.employee", [], ["party"])}
    return ["id", "not in", sorted(own | {api.company["party"]["id"]})]


def heirs(api: Api, parties: Sequence[str]) -> dict[str, str]:
    """A party that was replaced says by which one; that one may have been replaced in its turn.

    The sales it had are moved without a word, so that nothing but this tells of it.
    """
    replaced: dict[int, int] = {}
    asked = sorted(map(int, parties))
    while some := asked[:PAGE]:
        domain = [["id", "in", some], ["replaced_by", "!=", None]]
        found = api.rows("party.party", domain, ["replaced_by"], limit=PAGE, **EVERYONE)
        told = {row["id"]: row["replaced_by"] for row in found}
        replaced |= told
        asked = asked[PAGE:] + sorted(set(told.values()) - replaced.keys())
    return {one: str(_last(replaced, int(one))) for one in parties if int(one) in replaced}


def _last(replaced: Mapping[int, int], party: int) -> int:
    """Who is left of those that were replaced one by the other, were it in a ring."""
    for _ in replaced:
        party = replaced.get(party, party)
    return party
