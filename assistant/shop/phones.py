"""Phone numbers as a live shop writes them, in the one form that is searched."""

from __future__ import annotations


def phone_number(written: str | None, country: str | None) -> str | None:
    """The number in E.164, or as it was written where it cannot be told which number that is."""
    import phonenumbers

    text = " ".join((written or "").split())
    if not text:
        return None
    try:
        number = phonenumbers.parse(text, country)
    except phonenumbers.NumberParseException:
        return text
    if not phonenumbers.is_possible_number(number):
        return text
    return str(phonenumbers.format_number(number, phonenumbers.PhoneNumberFormat.E164))
