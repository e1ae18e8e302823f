"""What a card is made from, read from the files: the product, the shop's terms, the store, the picture."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from pathlib import Path

from PySide6.QtCore import QBuffer, QByteArray, QIODevice, QSize, Qt
from PySide6.QtGui import QImage, QImageReader

from assistant.errors import InputError
from assistant.records import Product
from assistant.store import catalog, preferences
from assistant.store.database import Connection

PICTURE = QSize(1276, 2126)  # the place of the picture at 600 dots an inch
_LARGEST = 30_000_000  # bytes


@dataclass(frozen=True, slots=True)
class CardFacts:
    """All that may stand on a card. No customer, no visit and no count has a place here."""

    product: Product
    terms: str = ""
    store: str = ""
    shop: str = ""
    price_at: datetime | None = None  # when the price was last heard of
    picture: QImage | None = None
    can_print: bool = False


def read(connection: Connection, product_id: str, store_id: str | None) -> CardFacts:
    """Read a product as it is now. Raises InputError where the shop has it no more."""
    product = catalog.product(connection, product_id)
    if product is None:
        raise InputError(f"There is no product {product_id} any more.")
    stores = {store.store_id: store.name for store in catalog.stores(connection)}
    return CardFacts(
        product,
        " ".join(preferences.text(connection, "card.terms").split()),
        stores.get(store_id or "", ""),
        preferences.text(connection, "shop.name"),
        catalog.synced_at(connection),
        _picture(product, preferences.text(connection, "shop.folder")),
        _can_print(),
    )


def _can_print() -> bool:
    """Whether Qt can print here; loaded by the background's thread, so that the window finds it loaded."""
    try:
        import PySide6.QtPrintSupport  # noqa: F401
    except ImportError:
        return False
    return True


def _picture(product: Product, folder: str) -> QImage | None:
    """The picture, where it is a file in the shop's own folder; none is fetched from the network."""
    if not product.image or not folder or "://" in product.image:
        return None
    home = Path(folder).resolve()
    try:
        file = (home / product.image).resolve()
        if not file.is_relative_to(home) or not file.is_file() or file.stat().st_size > _LARGEST:
            return None
        data = file.read_bytes()
    except (OSError, ValueError):
        return None
    return _decoded(data)


def _decoded(data: bytes) -> QImage | None:
    buffer = QBuffer()
    buffer.setData(QByteArray(data))
    buffer.open(QIODevice.OpenModeFlag.ReadOnly)
    reader = QImageReader(buffer)
    reader.setAutoTransform(True)
    image = reader.read()
    if image.isNull():
        return None
    if image.width() > PICTURE.width() or image.height() > PICTURE.height():
        how = Qt.TransformationMode.SmoothTransformation
        image = image.scaled(PICTURE, Qt.AspectRatioMode.KeepAspectRatio, how)
    return image
