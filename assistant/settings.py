"""One table of settings: key, default, type, meaning. The chosen values lie in `store.preferences`."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Literal

Value = str | int | float | bool


@dataclass(frozen=True, slots=True)
class Setting:
    """A setting's key, default and meaning; the default's type is the setting's type.

    `changed_by`: `anyone` who is signed in, a `manager`, or the `program` itself, which asks nobody.
    `choices` are what a person may choose from; none = anything of the type.
    """

    key: str
    default: Value
    meaning: str
    changed_by: Literal["program", "anyone", "manager"] = "program"
    choices: tuple[Value, ...] = ()


SETTINGS: Mapping[str, Setting] = {
    s.key: s
    for s in (
        Setting("shop.kind", "", "which kind of shop is connected; empty = none yet"),
        Setting("shop.folder", "", "the folder of a CSV shop"),
        Setting("shop.url", "", "the address of a live shop"),
        Setting("shop.user", "", "who signs in to a live shop; empty = a key does"),
        Setting("shop.writes", False, "whether accepted add-ons are written into the shop's open baskets"),
        Setting("shop.channel", "", "the channel of a Vendure shop; empty = its own choice"),
        Setting("shop.field.barcode", "barcode", "the shop's custom field with a product's barcodes"),
        Setting("shop.field.cost", "unitCost", "the shop's custom field with what a product costs the shop"),
        Setting(
            "shop.field.consent", "personalSuggestions", "the shop's custom field with a customer's consent"
        ),
        Setting("shop.field.salesperson", "salesperson", "the shop's custom field with who sold an order"),
        Setting("shop.mapping", "", "the mapping file of a CSV shop; empty = the canonical names"),
        Setting("shop.asked_at", 0, "when somebody last asked for a look at the shop, which a watch heeds"),
        Setting("shop.name", "", "what the shop calls itself, shown in the window"),
        Setting("shop.currency", "", "the currency where a row names none"),
        Setting("shop.country", "", "the country of phone numbers written without one"),
        Setting("shop.timezone", "UTC", "the time zone of times written without one"),
        Setting("shop.made_up", False, "whether the shop is made up, to look around in"),
        Setting("counter.name", "Counter 1", "what this terminal is called", "anyone"),
        Setting("counter.store", "", "the store this terminal stands in; empty = the associate's", "anyone"),
        Setting("counter.quiet", False, "whether only one suggestion is shown, for a queue", "anyone"),
        Setting("counter.limit", 5, "how many suggestions the counter shows", "manager", (1, 2, 3, 4, 5)),
        Setting("review.limit", 3, "how many suggestions an account review shows", "manager", (1, 2, 3)),
        Setting(
            "review.month_cap",
            3,
            "how many offers a customer gets in a month by phone and follow-up; 0 = none",
            "manager",
            (0, 1, 2, 3, 4, 6, 8),
        ),
        Setting(
            "review.agenda.question",
            "Confirm name and postcode\nAnswer the question\n"
            "Ask about {thing} | Offer what helps\n"
            "Offer at most two things\nRepeat back, agree a next step",
            "the steps of a call with a question, one on a line, with a hint after |",
            "manager",
        ),
        Setting(
            "review.agenda.problem",
            "Confirm name and postcode\nSolve the reason for the call\n"
            "Ask about {thing} | Then offer only what is running low\n"
            "Offer at most two things\nRepeat back, agree a next step",
            "the steps of a call about something that does not work",
            "manager",
        ),
        Setting(
            "review.agenda.order",
            "Confirm name and order number\nSay where the order is\nAsk whether anything is missing with it\n"
            "Repeat back, agree a next step",
            "the steps of a call about an order",
            "manager",
        ),
        Setting(
            "review.agenda.our_call",
            "Say who calls, and ask whether it suits\nSay why: what was promised or is due\n"
            "Ask about {thing}\nOffer at most two things\nRepeat back, agree a next step",
            "the steps of a call that we make",
            "manager",
        ),
        Setting(
            "consent.assumed_from",
            "",
            "the date from which unknown consent counts as given; empty = never",
            "manager",
        ),
        Setting(
            "decline.days",
            90,
            "how many days a declined product is not suggested to the same customer again",
            "manager",
            (0, 30, 60, 90, 180, 365),
        ),
        Setting(
            "explore.on",
            True,
            "whether good add-ons change places by chance now and then, so that their worth can be measured",
            "manager",
        ),
        Setting(
            "worth.margin",
            0.25,
            "the power to which a margin counts beside being accepted and kept; 0 = not at all",
            "manager",
            (0.0, 0.25, 0.5, 1.0),
        ),
        Setting("explore.temperature", 0.15, "how far apart in log-odds two add-ons still change places"),
        Setting("explore.floor", 0.01, "the share of chance that all add-ons in a draw have alike"),
        Setting(
            "match.days",
            7,
            "within how many days of a visit an accepted product must be on a paid receipt",
            "manager",
            (1, 3, 7, 14, 30),
        ),
        Setting(
            "return.days",
            30,
            "how many days a bought thing may be brought back",
            "manager",
            (7, 14, 28, 30, 60, 90, 100, 365),
        ),
        Setting("card.terms", "", "the return terms on a customer's card; empty = none", "manager"),
        Setting(
            "holdout.share",
            0,
            "of how many customers in a hundred no suggestions are shown, to measure what suggestions bring",
            "manager",
            (0, 1, 2, 5, 10, 20, 50),
        ),
        Setting(
            "team.smallest",
            3,
            "under how many associates with sales a team is shown as a whole only",
            "manager",
            (2, 3, 4, 5, 8),
        ),
        Setting(
            "lock.minutes",
            10,
            "after how many minutes without a hand on it the screen locks; 0 = never",
            "manager",
            (0, 1, 2, 5, 10, 20, 30),
        ),
        Setting("recovery.shown", False, "whether the recovery key was shown"),
        Setting("keeper.asked", False, "whether making an administrator was put off in a made-up shop"),
        Setting("signed_in", "", "the associate who signed in last"),
        Setting("look.theme", "system", "system, light or dark", "anyone", ("system", "light", "dark")),
        Setting("look.scale", 1.0, "text size: 1.0, 1.15 or 1.3", "anyone", (1.0, 1.15, 1.3)),
        Setting(
            "look.language",
            "system",
            "the language of the window: the system's, English or German",
            "anyone",
            ("system", "en", "de"),
        ),
        Setting("scanner.prefix", "", "what the scanners send before each code; empty = nothing", "anyone"),
        Setting("scanner.suffix", "", "what they send after it, before Enter or Tab", "anyone"),
        Setting("keys.single", True, "whether single-letter keys act in the list", "anyone"),
    )
}
