"""Which icon stands for a product that has no picture: chosen by words of its category, else of its name."""

from __future__ import annotations

import re

from assistant.records import Product

_WORDS: tuple[tuple[str, str], ...] = (
    (r"memory card|sd card|\bcards?\b.*gb|compactflash|cfexpress", "sd-card"),
    (r"batter|charger|cells\b", "battery"),
    (r"filter|lens|lenses|flashes", "aperture"),
    (r"film\b", "film"),
    (r"camera", "camera"),
    (r"tripod|camera support", "tripod"),
    (r"\bink\b|toner", "droplets"),
    (r"paper|frame|album|picture", "image"),
    (r"printer", "printer"),
    (r"notebook|laptop|computer", "laptop"),
    (r"monitor|screen|display|tv\b", "monitor"),
    (r"headphone|earphone|audio", "headphones"),
    (r"microphone", "mic"),
    (r"keyboard|\bmice\b|mouse", "keyboard"),
    (r"cable|dock|reader|adapter|plug", "cable"),
    (r"storage|drive", "hard-drive"),
    (r"light|lamp|candle|t-light", "lightbulb"),
    (r"bag|sling|backpack|pouch|sleeve|case\b|strap", "backpack"),
    (r"clean", "spray-can"),
    (r"phone", "smartphone"),
    (r"bike|bicycle|wheel|tire|tyre|helmet", "bike"),
    (r"shirt|jersey|short|sock|glove|vest|cap\b|cloth", "shirt"),
    (r"\bmugs?\b|cups?\b|\bteas?\b|teapot|coffee", "coffee"),
    (r"kitchen|plate|bowl|bottle|food|lunch|baking|cutlery", "utensils"),
    (r"tool|repair|pump", "wrench"),
    (r"gift|wrap|card holder|christmas", "gift"),
    (r"toy|game|children", "toy-brick"),
    (r"book|notebook", "book"),
    (r"pen\b|pencil|stationery", "pencil"),
    (r"flower|garden|plant", "flower-2"),
    (r"clock|watch", "watch"),
    (r"video", "video"),
    (r"credit card|\bpayments?\b|invoice", "receipt"),
    (r"insurance|life cover", "shield-check"),
    (r"\baccounts?\b|savings?\b|mortgage|\bloans?\b|\bfunds?\b", "landmark"),
    (r"\bseats?\b", "users"),
    (r"\bsupport\b|advice", "headset"),
    (r"\balerts?\b", "smartphone"),
    (r"security|sign-on", "key-round"),
    (r"backup", "archive"),
    (r"connections|integration", "plug"),
    (r"training|\bcourse", "list-checks"),
    (r"analytics", "activity"),
    (r"\bplans?\b", "layers"),
)
_RULES = tuple((re.compile(words), icon) for words, icon in _WORDS)
PLAIN = "package"


def icon_for(product: Product) -> str:
    """The icon of a product: the innermost words of its category first."""
    levels = (product.category or "").lower().split("/")
    for text in (*reversed(levels), product.name.lower()):
        for words, icon in _RULES:
            if text and words.search(text):
                return icon
    return PLAIN
