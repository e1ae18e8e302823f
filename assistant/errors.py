"""What the world can do to us: one sentence for the person, and nothing lost.

Anything else that is raised is our own mistake and becomes a crash report. The tree reads as prose: a
`KnownError` is a `StoreError` when our files cannot be used, a `ShopError` when the shop's data cannot be
read (an `UnreachedError` when it does not answer, a `RefusedError` when it says no), a `ModelError` when a
model file cannot be trusted, an `InputError` when what was asked names nothing we know, and an `AccessError`
when whoever asks may not.
"""


class KnownError(Exception):
    """The world's fault. `str(error)` is the sentence shown; exit status 1, nothing changed."""


class StoreError(KnownError):
    """Our own files cannot be opened or written."""


class NewerFileError(StoreError):
    """The file was written by a newer version of this program."""


class KeyMissingError(StoreError):
    """The key of the encrypted files is not where it was kept; the recovery key brings it back."""


class BusyError(StoreError):
    """Another process holds the file for longer than we wait."""


class ShopError(KnownError):
    """The shop's data cannot be read: missing, half-written, wrongly encoded or not what was declared."""


class UnreachedError(ShopError):
    """The shop did not answer, or not now: trying again later may help."""


class RefusedError(ShopError):
    """The shop answered and said no."""


class MappingError(ShopError):
    """The mapping file says something that cannot be carried out."""


class ModelError(KnownError):
    """A model file is missing or is not one of ours."""


class InputError(KnownError):
    """What was asked for names nothing we know: a SKU, a basket, a customer, a date."""


class AccessError(KnownError):
    """Whoever asks may not: a wrong PIN, another role, a permit that is over."""
