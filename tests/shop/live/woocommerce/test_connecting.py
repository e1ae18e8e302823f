"""A WooCommerce shop, connected: how it is signed in to, and what is missing is said in one sentence."""

from __future__ import annotations

import contextlib
import datetime
import ssl
from collections.abc import Callable
from pathlib import Path

import pytest
from click.testing import CliRunner

from assistant import __main__ as front
from assistant.errors import ShopError
from assistant.shop import calling, live, oauth1
from assistant.shop.calling import DeclinedError, RefusedError, UnreachedError
from assistant.shop.woocommerce import Key, WooCommerce
from assistant.store import preferences, secrets
from assistant.store.database import Home, open_home
from tests.shop.conftest import Ask
from tests.shop.live.fakes.woocommerce import Site
from tests.shop.live.woocommerce.conftest import Sync


def test_the_base_string_is_that_of_the_standard() -> None:
    """The example of RFC 5849, section 3.4.1.1."""
    sent = [
        ("b5", "=%3D"), ("a3", "a"), ("c@", ""), ("a2", "r b"), ("oauth_consumer_key", "9djdj82h48djs9d2"),
        ("oauth_token", "kkk9d7dh3k39sjv7"), ("oauth_signature_method", "HMAC-SHA1"),
        ("oauth_timestamp", "137131201"), ("oauth_nonce", "7d8f3e4a"), ("c2", ""), ("a3", "2 q"),
    ]  # fmt: skip
    assert oauth1.base_string("post", "http://example.com/request", sent) == (
        "POST&http%3A%2F%2Fexample.com%2Frequest&a2%3Dr%2520b%26a3%3D2%2520q"
        "%26a3%3Da%26b5%3D%253D%25253D%26c%2540%3D%26c2%3D%26oauth_consumer_"
        "key%3D9djdj82h48djs9d2%26oauth_nonce%3D7d8f3e4a%26oauth_signature_m"
        "ethod%3DHMAC-SHA1%26oauth_timestamp%3D137131201%26oauth_token%3Dkkk"
        "9d7dh3k39sjv7"
    )


def test_a_site_that_asks_to_wait_is_asked_again(site: Site, sync: Sync, ask: Ask) -> None:
    site.product("Lamp")
    site.trouble = ["busy", "fine", "busy", "busy"]
    sync()
    assert ask("SELECT name FROM products") == [("Lamp",)]


def test_a_clock_that_is_an_hour_off_does_not_matter(site: Site, connector: WooCommerce) -> None:
    """A signature holds for a quarter of an hour."""
    site.clock_is_late_by = 3_600
    site.product("Lamp")
    assert len(connector.page("products", None, None).things) == 1


def test_no_secret_goes_over_the_network_in_the_clear(site: Site, sync: Sync) -> None:
    sync()
    for asked in site.asked:
        assert site.secret not in str(asked)


def test_a_wrong_secret_or_key_is_told(site: Site) -> None:
    for key in (Key(site.key, "cs_guess"), Key("ck_guess", site.secret)):
        with contextlib.closing(WooCommerce(site.url, key)) as wrong:
            with pytest.raises(RefusedError, match="does not accept the key or its secret"):
                wrong.check()
            assert "guess" not in repr(key)


def test_over_https_the_key_goes_as_a_password(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    site = Site(_certified(tmp_path, monkeypatch))
    site.product("Lamp")
    try:
        with contextlib.closing(
            WooCommerce(f"{site.url}/wp-json/wc/v3/", Key(site.key, site.secret))
        ) as shop:
            assert shop.page("products", None, None).things
        with (
            contextlib.closing(WooCommerce(site.url, Key(site.key, "x"))) as wrong,
            pytest.raises(RefusedError, match="does not accept the key or its secret"),
        ):
            wrong.check()
    finally:
        site.close()


def test_what_the_key_may_not_is_named(site: Site, connector: WooCommerce) -> None:
    site.may -= {"customers", "settings", "reports"}
    said = {check.name: check for check in connector.check()}
    assert "the key may not read customers" in (said["customers"].problem or "")
    assert said["orders and baskets"].problem is None
    assert "may not read settings" in said["currency"].found


def test_a_key_that_may_only_read_leaves_add_ons_to_the_till(site: Site, connector: WooCommerce) -> None:
    lamp = site.product("Lamp")
    order = site.order((lamp, 1))
    assert connector.can.write_line
    site.may.discard("write")
    said = {check.name: check for check in connector.check()}
    assert "at the till" in said["add-ons into orders that wait for payment"].found
    assert not connector.can.write_line
    with pytest.raises(DeclinedError, match="may only read"):
        connector.put_line(str(order), str(lamp), 2)


def test_checking_changes_nothing(site: Site, connector: WooCommerce) -> None:
    order = site.order((site.product("Lamp"), 1))
    before = str(site.orders[order])
    connector.check()
    assert str(site.orders[order]) == before


def test_a_site_without_a_shop_is_told(site: Site, connector: WooCommerce) -> None:
    site.is_shop = False
    with pytest.raises(ShopError, match="is a WordPress site without WooCommerce"):
        connector.check()


def test_a_folder_that_holds_no_site_is_told(site: Site) -> None:
    with (
        contextlib.closing(WooCommerce(f"http://{site.host}/other", Key("a", "b"))) as lost,
        pytest.raises(ShopError),
    ):
        lost.check()


def test_a_shop_out_of_reach_is_told(site: Site, connector: WooCommerce) -> None:
    site.trouble = ["lost"] * calling.TRIES
    with pytest.raises(UnreachedError):
        connector.check()


def test_connect_and_sync_by_the_front_door(
    site: Site, home: Home, ask: Ask, call: Callable[..., tuple[int, str]]
) -> None:
    site.product("Lamp")
    words = ("connect", "woocommerce", site.url, "--key-stdin")
    status, printed = call(*words, said=f"{site.key}\ncs_guess\n")
    assert status == 1
    assert "does not accept the key or its secret" in printed
    assert live.kind_of(home) == ""
    status, printed = call(*words, said=f"{site.key}\n{site.secret}\n")
    assert status == 0, printed
    assert "shop: Corner Shop" in printed
    assert site.secret not in printed
    status, printed = call("connect", "--check")
    assert "products: 1" in printed
    status, printed = call("sync", "--progress", "none")
    assert status == 0, printed
    assert ask("SELECT name FROM products") == [("Lamp",)]
    with contextlib.closing(open_home(home)) as log:
        assert secrets.read(home, log, live.SECRET) == live.pair(site.key, site.secret)
        assert site.secret not in str(log.execute("SELECT * FROM preferences").fetchall())
        assert preferences.get(log, "shop.writes") is True


def test_the_key_is_asked_for_without_showing_it(site: Site, home: Home) -> None:
    words = ["--home", str(home.folder), "connect", "woocommerce", site.url]
    came = CliRunner().invoke(front.doors, words, input=f"{site.key}\n{site.secret}\n")
    assert came.exit_code == 0, came.output
    assert "consumer key:" in came.output
    assert site.key not in came.output
    assert site.secret not in came.output
    assert live.kind_of(home) == "woocommerce"


def test_an_empty_secret_and_a_missing_permission_connect_nothing(
    site: Site, home: Home, call: Callable[..., tuple[int, str]]
) -> None:
    words = ("connect", "woocommerce", site.url, "--key-stdin")
    status, printed = call(*words, said=f"{site.key}\n")
    assert (status, "consumer secret is empty" in printed) == (1, True)
    site.may.discard("orders")
    status, printed = call(*words, said=f"{site.key}\n{site.secret}\n")
    assert (status, "may not read orders and baskets" in printed) == (1, True)
    assert live.kind_of(home) == ""


def _certified(folder: Path, monkeypatch: pytest.MonkeyPatch) -> ssl.SSLContext:
    """A certificate for this computer that our side trusts."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    now = datetime.datetime.now(datetime.UTC)
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(now - datetime.timedelta(days=1))
        .not_valid_after(now + datetime.timedelta(days=1))
        .add_extension(
            x509.SubjectAlternativeName([x509.IPAddress(ipaddress.ip_address("127.0.0.1"))]), False
        )
        .add_extension(x509.BasicConstraints(ca=True, path_length=0), True)
        .sign(key, hashes.SHA256())
    )
    whole = folder / "both.pem"
    private = key.private_bytes(
        serialization.Encoding.PEM, serialization.PrivateFormat.PKCS8, serialization.NoEncryption()
    )
    (folder / "trusted.pem").write_bytes(made.public_bytes(serialization.Encoding.PEM))
    whole.write_bytes(private + made.public_bytes(serialization.Encoding.PEM))
    monkeypatch.setenv("SSL_CERT_FILE", str(folder / "trusted.pem"))
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(whole)
    return context
