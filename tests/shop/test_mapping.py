"""Any till's export, read without code; and what a mapping may not say."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from assistant.errors import MappingError, ShopError
from assistant.resources import resource
from assistant.shop.mapping import read_mapping
from assistant.store.database import stamp
from tests.shop import folders

TILL = """
currency = "EUR"
country = "DE"
timezone = "Europe/Berlin"
encoding = "latin-1"
delimiter = ";"
decimal = ","
thousands = "."
times = ["%d.%m.%Y %H:%M", "%d.%m.%Y"]

[order_lines]
files = "Kasse_*.csv"

[order_lines.columns]
order_id = { from = ["Filiale", "Bon"], with = "-" }
product_id = { from = "Artikel", upper = true, drop_start = "#" }
product_name = "Text"
quantity = "Menge"
unit_price = "Preis"
ordered_at = "Zeit"
store_id = "Filiale"
channel = { value = "till" }
associate_id = { from = "Kasse", values = { "1" = "Anna", "2" = "Béla" } }

[[order_lines.leave_out]]
reason = "deposit"
where.Artikel.starts_with = ["PFAND"]

[[order_lines.leave_out]]
reason = "training till"
where.Kasse.is = "9"
where.Preis.above = 100

[order_lines.returns]
where.Art.is = "R"
"""


def till(folder, *rows: str, name: str = "Kasse_1.csv"):
    folder.mkdir(exist_ok=True)
    text = "Filiale;Bon;Artikel;Text;Menge;Preis;Zeit;Kasse;Art\n" + "".join(f"{row}\n" for row in rows)
    (folder / name).write_bytes(text.encode("latin-1"))
    return folder


def test_another_tills_words_numbers_and_times(read, ask, tmp_path):
    folder = till(
        tmp_path / "till",
        "07;1;#a1;Käse;1,5;1.234,50;01.07.2026 00:30;1;V",
        "07;1;PFAND1;Pfand;1;0,25;01.07.2026 00:30;1;V",
        "07;2;#B2;Brot;2;3;24.12.2025;9;V",
        "07;3;#B2;Brot;2;300;24.12.2025;9;V",
    )
    result = read(folder, TILL)

    assert result.left_out_by == {"deposit": 1, "training till": 1}
    assert (result.loaded, result.left_out, result.rejected) == ({"order_lines": 2}, 2, 0)
    assert ask("SELECT order_id, product_id, quantity, unit_price FROM order_lines ORDER BY 1") == [
        ("07-1", "A1", 1.5, 12_345_000),
        ("07-2", "B2", 2, 30_000),
    ]
    midnight_in_berlin = datetime(2026, 6, 30, 22, 30, tzinfo=UTC)
    assert ask("SELECT store_id, channel, associate_id, ordered_at, currency FROM orders ORDER BY 1, 3") == [
        ("07", "till", "9", stamp(datetime(2025, 12, 23, 23, tzinfo=UTC)), "EUR"),
        ("07", "till", "Anna", stamp(midnight_in_berlin), "EUR"),
    ]  # fmt: skip
    assert ask("SELECT product_id, name, price FROM products ORDER BY 1") == [
        ("A1", "Käse", 12_345_000),
        ("B2", "Brot", 30_000),
    ]


def test_several_files_are_read_as_one(read, home, ask, tmp_path):
    folder = till(tmp_path / "till", "07;1;A;Käse;1;1;24.12.2025;1;V")
    till(folder, "07;1;B;Brot;1;1;24.12.2025;1;V", name="Kasse_2.csv")
    result = read(folder, TILL)

    assert result.loaded == {"order_lines": 2}
    assert ask("SELECT line_no, product_id FROM order_lines") == [(1, "A"), (2, "B")]
    till(folder, "07;1;C;Wein;1;1;24.12.2025;1;V", name="Kasse_2.csv")
    read(folder, TILL)
    assert ask("SELECT line_no, product_id FROM order_lines") == [(1, "A"), (2, "C")]


def test_the_commonest_decent_name_and_the_price_last_asked(read, ask, tmp_path):
    sold = [("?", 9, "11")] * 3 + [("KÄSE", 5, "11"), ("KÄSE ", 5, "11"), ("KASE", 5, "11")]
    sold += [("KÄSE", 6, "12"), ("KÄSE", 6, "12"), ("KÄSE", 4, "12")]
    rows = [f"07;{i};A;{text};1;{price};24.{month}.2025;1;V" for i, (text, price, month) in enumerate(sold)]
    read(till(tmp_path / "till", *rows), TILL)

    assert ask("SELECT name, price FROM products") == [("KÄSE", 60_000)]


def test_lookups_join_one_after_the_other(read, ask, tmp_path):
    folder = folders.write(
        tmp_path / "shop",
        products="product_id,name,sub\n1,Helmet,10\n2,Mystery,99\n3,Pump,\n",
        subs="sub,title,top\n10,Helmets,A\n",
        tops="code,top_title\nA,Safety\n",
    )
    read(
        folder,
        '[products.columns]\nproduct_id = "product_id"\nname = "name"\n'
        'category = { from = ["top_title", "title"], with = "/" }\n'
        '[[products.lookup]]\nfiles = "subs.csv"\non = "sub"\n'
        '[[products.lookup]]\nfiles = "tops.csv"\non = "top"\nkey = "code"\n',
    )

    assert ask("SELECT category FROM products ORDER BY product_id") == [("Safety/Helmets",), (None,), (None,)]


def test_a_changed_lookup_reads_its_table_again(read, home, ask, tmp_path):
    mapping = (
        '[products.columns]\nproduct_id = "product_id"\nname = "title"\n'
        '[[products.lookup]]\nfiles = "names.csv"\non = "product_id"\n'
    )
    folder = folders.write(tmp_path / "shop", products="product_id\n1\n", names="product_id,title\n1,Old\n")
    read(folder, mapping)
    folders.write(folder, names="product_id,title\n1,New\n")
    result = read(folder, mapping)

    assert result.changed == {"products": 1}
    assert ask("SELECT name FROM products") == [("New",)]


def test_a_folder_brings_its_own_mapping(read, home, ask, tmp_path):
    folder = folders.whole(tmp_path / "shop")
    (folder / "mapping.toml").write_text('currency = "NOK"\n[links]\ncomplete = true\n')
    read(folder)

    assert ask("SELECT DISTINCT currency FROM products") == [("NOK",)]


def test_every_shipped_mapping_can_be_read(tmp_path):
    names = [path.stem for path in resource("mappings").glob("*.toml")]

    assert {"online_retail", "adventureworks"} <= set(names)
    assert all(read_mapping(name, tmp_path).sources for name in names)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('curency = "EUR"', "'curency' means nothing here; perhaps 'currency' is meant."),
        ("[order_line]", "perhaps 'order_lines' is meant."),
        ("[order_lines]\ncolums = {}", "perhaps 'columns' is meant."),
        ('[products.columns]\nproduct_id = "a"\nname = "b"\nprise = "c"', "perhaps 'price' is meant."),
        ('[products.columns]\nproduct_id = "a"', "products needs a column for name"),
        ("[products.columns]\nproduct_id = 7\nname = 'b'", "product_id must be a table"),
        ('[products.columns]\nproduct_id = { form = "a" }\nname = "b"', "perhaps 'from' is meant."),
        (
            '[products.columns]\nproduct_id = { upper = true }\nname = "b"',
            "either a column (from) or a constant",
        ),
        ('[products.columns]\nproduct_id = { from = "a", upper = "yes" }\nname = "b"', "true or false"),
        ("[[order_lines.leave_out]]\nwhere.A.is = 'x'", "needs a reason"),
        ("[[order_lines.leave_out]]\nreason = 'x'", "must name at least one column"),
        ("[[order_lines.leave_out]]\nreason = 'x'\nwhere.A.equals = 'x'", "'equals' means nothing here"),
        ("[[order_lines.leave_out]]\nreason = 'x'\nwhere.A.below = 'x'", "below must be a number"),
        ("[[order_lines.leave_out]]\nreason = 'x'\nwhere.A.matches = '('", "not a regular expression"),
        ("[[products.lookup]]\nfiles = 'x.csv'", "a lookup needs `files` and `on`"),
        ("[order_lines]\nleave_out = 'all'", "must be a list of tables"),
        ('timezone = "Mars/Olympus"', "time zone 'Mars/Olympus' is not known"),
        ('encoding = "klingon"', "encoding 'klingon' is not known"),
        ('delimiter = "::"', "delimiter must be one character"),
        ("currency = 5", "currency must be a text"),
        ("times = [1]", "times must be a text or a list of texts"),
        ("[order_lines]\ncomplete = 'yes'", "complete must be true or false"),
        ("currency = ", "is not a TOML file"),
    ],
)
def test_what_a_mapping_may_not_say(read, tmp_path, words, sentence):
    with pytest.raises(MappingError) as said:
        read(folders.whole(tmp_path / "shop"), words + "\n")
    assert sentence in str(said.value)
    assert "tried.toml" in str(said.value)


@pytest.mark.parametrize(
    ("words", "sentence"),
    [
        ('[stores]\nfiles = "shops_*.csv"', "There is no file shops_*.csv"),
        ('[stores]\nfiles = "../stores.csv"', "no name within the folder"),
        ('[stores]\nfiles = "/stores.csv"', "no name within the folder"),
        ('[stores]\nfiles = ""', "no name within the folder"),
        ('[stores.columns]\nstore_id = "store"', "no column 'store' for the mapping's store_id"),
        ('[[products.leave_out]]\nreason = "x"\nwhere.Sku.is = "x"', "perhaps 'sku' is meant."),
        (
            '[[products.lookup]]\nfiles = "stores.csv"\non = "sku"',
            "stores.csv has no column 'sku' to look up by",
        ),
        ('[[products.lookup]]\nfiles = "stores.csv"\non = "shop"\nkey = "store_id"', "for the lookup"),
        ('encoding = "hex"', "hex"),
    ],
)
def test_a_mapping_that_does_not_fit_its_folder(read, tmp_path, words, sentence):
    with pytest.raises(ShopError) as said:
        read(folders.whole(tmp_path / "shop"), words + "\n")
    assert sentence in str(said.value)


def test_a_mapping_nobody_has(read, tmp_path):
    with pytest.raises(MappingError, match="adventureworks, online_retail"):
        read(folders.whole(tmp_path / "shop"), "offline_retail")


def test_prices_are_forgotten_month_by_month_without_changing_the_last(read, ask, tmp_path, monkeypatch):
    """Where prices change all the time, only each product's last month is kept in memory."""
    monkeypatch.setattr("assistant.shop.deriving.PRICES_AT_MOST", 3)
    rows = [f"07;{i};{code};Käse;1;{i};24.{month}.2025;1;V" for i, (code, month) in enumerate(
        [("A", "12"), ("B", "11"), ("A", "10"), ("B", "10"), ("A", "09"), ("B", "12")], 1
    )]  # fmt: skip
    for number, row in enumerate(rows):
        till(tmp_path / "till", row, name=f"Kasse_{number}.csv")
    read(tmp_path / "till", TILL)

    assert ask("SELECT product_id, price FROM products") == [("A", 10_000), ("B", 60_000)]
