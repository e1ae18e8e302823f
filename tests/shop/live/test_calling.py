"""Servers that answer what no shop does: one sentence each, no hang, and another try only where it helps."""

from __future__ import annotations

import contextlib
import datetime
import ssl
import threading
from collections.abc import Callable, Iterator
from http.server import BaseHTTPRequestHandler, ThreadingHTTPServer
from pathlib import Path
from typing import Any

import pytest

from assistant.errors import ShopError
from assistant.shop import calling
from assistant.shop.calling import Caller, DeclinedError, RefusedError, UnreachedError

Answer = Callable[[BaseHTTPRequestHandler], None]
LONG_AGO = datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC)


class BadShop:
    """A server that answers each request by the next of its answers, the last one again and again."""

    def __init__(self, *answers: Answer, context: ssl.SSLContext | None = None) -> None:
        self.asked = 0
        shop = self

        class Handler(BaseHTTPRequestHandler):
            def do_POST(self) -> None:
                self.rfile.read(int(self.headers.get("content-length", 0)))
                answer = answers[min(shop.asked, len(answers) - 1)]
                shop.asked += 1
                answer(self)

            def log_message(self, *_words: object) -> None:
                pass

        self._server = ThreadingHTTPServer(("127.0.0.1", 0), Handler)
        self._server.daemon_threads = True
        if context is not None:
            self._server.socket = context.wrap_socket(self._server.socket, server_side=True)
        scheme = "http" if context is None else "https"
        self.url = f"{scheme}://127.0.0.1:{self._server.server_port}"
        self._thread = threading.Thread(target=self._server.serve_forever, kwargs={"poll_interval": 0.01})
        self._thread.start()

    def close(self) -> None:
        self._server.shutdown()
        self._thread.join()
        self._server.server_close()


def says(status: int, body: bytes = b"{}", kind: str = "application/json", **headers: str) -> Answer:
    """An answer as given."""
    length = headers.pop("length", str(len(body)))

    def answer(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response(status)
        handler.send_header("content-type", kind)
        handler.send_header("content-length", length)
        for name, value in headers.items():
            handler.send_header(name.replace("_", "-"), value)
        handler.end_headers()
        handler.wfile.write(body)
        handler.close_connection = True

    return answer


def endless(handler: BaseHTTPRequestHandler) -> None:
    handler.send_response(200)
    handler.send_header("content-type", "application/json")
    handler.end_headers()
    try:
        while True:
            handler.wfile.write(b" " * 65_536)
    except OSError:
        handler.close_connection = True


def dripping(first: bytes, drop: bytes) -> Answer:
    """An answer that begins, and then goes on drop by drop, each of them in time."""

    def answer(handler: BaseHTTPRequestHandler) -> None:
        pause = threading.Event()
        try:
            handler.wfile.write(first)
            for _ in range(2_000):
                handler.wfile.write(drop)
                pause.wait(0.01)
        except OSError:
            pass
        handler.close_connection = True

    return answer


HEADERS = dripping(b"HTTP/1.0 200 OK\r\n", b"X-Drop: 1\r\n")
BODY = dripping(b"HTTP/1.0 200 OK\r\ncontent-type: application/json\r\n\r\n", b" ")


@pytest.fixture
def bad_shop() -> Iterator[Callable[..., BadShop]]:
    """Make servers; closed at the end."""
    made: list[BadShop] = []

    def make(*answers: Answer, context: ssl.SSLContext | None = None) -> BadShop:
        made.append(BadShop(*answers, context=context))
        return made[-1]

    yield make
    for one in made:
        one.close()


@pytest.fixture(autouse=True)
def soon(monkeypatch: pytest.MonkeyPatch) -> None:
    """What is tried again is tried again at once."""
    monkeypatch.setattr(calling.tenacity.nap.time, "sleep", lambda _seconds: None)


def call(url: str, *, again: bool = True) -> object:
    caller = Caller(url)
    try:
        return caller.json("POST", "", again=again, json={})[0]
    finally:
        caller.close()


@pytest.mark.parametrize(
    ("answer", "sentence"),
    [
        (says(401), "does not accept the key or password"),
        (says(403), "does not accept the key or password"),
        (says(404), "no shop of that kind under this address"),
        (says(400), "refused the request"),
        (says(302, location="https://elsewhere.example/"), "sends us on to https://elsewhere.example/"),
        (says(302, location="/"), "sends us round in a circle"),
        (says(302, location="http://[::1"), "sends us on to an address that cannot be"),
        (says(302, location="https://a:b:c/"), "sends us on to an address that cannot be"),
        (says(200, b"<html>Welcome to Cafe WiFi", "text/html"), "a sign-in page of the network"),
        (endless, "sends without end"),
        (says(200, b"[" * 200_000), "brackets without end"),
    ],
)
def test_an_answer_that_no_shop_gives_is_told_at_once(
    bad_shop: Callable[..., BadShop], answer: Answer, sentence: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "MOST_BYTES", 1 << 20)
    shop = bad_shop(answer)
    with pytest.raises(ShopError, match=sentence):
        call(shop.url)
    assert shop.asked == 1


@pytest.mark.parametrize(
    "trouble",
    [
        says(429, retry_after="0"),
        says(503),
        says(200, b'{"half": '),
        says(200, b'{"cut": 1}', length="400"),
    ],
)
def test_what_may_pass_is_tried_again(bad_shop: Callable[..., BadShop], trouble: Answer) -> None:
    shop = bad_shop(trouble, trouble, says(200, b'{"fine": 1}'))
    assert call(shop.url) == {"fine": 1}
    assert shop.asked == 3


def test_what_must_not_be_done_twice_is_tried_once(bad_shop: Callable[..., BadShop]) -> None:
    shop = bad_shop(says(503), says(200))
    with pytest.raises(UnreachedError, match="busy or out of order"):
        call(shop.url, again=False)
    assert shop.asked == 1


def test_it_gives_up_after_some_tries(bad_shop: Callable[..., BadShop]) -> None:
    shop = bad_shop(says(500))
    with pytest.raises(UnreachedError):
        call(shop.url)
    assert shop.asked == calling.TRIES


def stops_midway(handler: BaseHTTPRequestHandler) -> None:
    says(200, b'{"half": ', length="400")(handler)
    handler.wfile.flush()
    handler.connection.recv(1)


@pytest.mark.parametrize("silent", [lambda handler: handler.connection.recv(1), stops_midway])
def test_a_shop_that_falls_silent_is_left_after_two_time_outs(
    bad_shop: Callable[..., BadShop], monkeypatch: pytest.MonkeyPatch, silent: Answer
) -> None:
    shop = bad_shop(silent)
    monkeypatch.setattr(calling, "TIMEOUT", calling.httpx.Timeout(0.2))
    with pytest.raises(UnreachedError, match="does not answer in time"):
        Caller(shop.url).json("POST", "", again=True, json={})
    assert shop.asked == 2


@pytest.mark.parametrize("drip", [HEADERS, BODY], ids=["headers", "body"])
def test_what_drips_without_end_is_left(
    bad_shop: Callable[..., BadShop], drip: Answer, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Each drop comes in time, so that the time-out of a single one never ends it."""
    monkeypatch.setattr(calling, "WHOLE_CALL", 0.3)
    shop = bad_shop(drip)
    with pytest.raises(ShopError, match="sends without end"):
        call(shop.url)
    assert shop.asked == 1


def test_dripping_behind_a_certificate_is_left_too(
    bad_shop: Callable[..., BadShop], tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "WHOLE_CALL", 0.3)
    hour = datetime.timedelta(hours=1)
    shop = bad_shop(HEADERS, context=certified(tmp_path, datetime.datetime.now(datetime.UTC) - hour))
    monkeypatch.setenv("SSL_CERT_FILE", str(tmp_path / "both.pem"))
    with pytest.raises(ShopError, match="sends without end"):
        call(shop.url)


def test_a_call_is_not_cut_by_the_time_of_the_one_before(
    bad_shop: Callable[..., BadShop], monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(calling, "WHOLE_CALL", 0.3)
    shop = bad_shop(HEADERS, says(200, b'{"fine": 1}'))
    with pytest.raises(ShopError, match="sends without end"):
        call(shop.url)
    assert call(shop.url) == {"fine": 1}


@pytest.mark.parametrize("key", ["a\0b", "a\nb", "a\r\nX-Other: 1"])
def test_a_key_that_cannot_be_sent_is_told_before_it_is(bad_shop: Callable[..., BadShop], key: str) -> None:
    shop = bad_shop(says(200))
    with pytest.raises(ShopError, match="a character that no key has") as told:
        Caller(shop.url, {"Authorization": f"Bearer {key}"})
    assert key not in str(told.value)
    caller = Caller(shop.url)
    with pytest.raises(ShopError, match="a character that no key has"):
        caller.header("Authorization", key)
    assert shop.asked == 0


def test_nobody_there_is_told(bad_shop: Callable[..., BadShop]) -> None:
    shop = bad_shop(says(200))
    shop.close()
    with pytest.raises(UnreachedError, match="cannot be reached"):
        call(shop.url)
    shop._thread = threading.Thread(target=lambda: None)
    shop._thread.start()


@pytest.mark.parametrize(
    ("url", "sentence"),
    [
        ("shop.example", "is not a web address"),
        ("ftp://shop.example", "is not a web address"),
        ("http://shop.example", "in the clear"),
        ("https://me:secret@shop.example", "out of the address"),
    ],
)
def test_an_address_that_will_not_do(url: str, sentence: str) -> None:
    with pytest.raises(ShopError, match=sentence) as told:
        Caller(url)
    assert "secret" not in str(told.value).replace("out of the address", "")


@pytest.mark.parametrize(
    "url",
    [
        "http://127.0.0.1:99999",
        "http://127.0.0.1:abc",
        "http://[127",
        f"https://{'a' * 80}.x",
        "http://h\x01",
    ],
)
def test_an_address_that_cannot_be_is_told(url: str) -> None:
    with pytest.raises(ShopError, match="is not a web address"):
        Caller(url)


def test_a_password_in_an_address_that_will_not_do_is_not_repeated() -> None:
    with pytest.raises(ShopError, match="That is not a web address") as told:
        Caller("https://me:hidden@shop.example:abc")
    assert "hidden" not in str(told.value)


def test_what_is_signed_may_go_in_the_clear() -> None:
    Caller("http://shop.example", signed=True).close()


def test_the_shops_own_words_for_a_refusal_come_first(bad_shop: Callable[..., BadShop]) -> None:
    """As far as they are the shop's: a page that somebody else shows in its place is told as before."""
    own = says(400, b'{"message": "Sold out"}')
    shop = bad_shop(own, says(403, b"<html>", "text/html"), says(429, b"{}", retry_after="0"), says(200))
    heard: list[int] = []

    def judge(status: int, said: Any) -> ShopError | None:
        heard.append(status)
        return DeclinedError(said["message"]) if "message" in said else None

    with contextlib.closing(Caller(shop.url, judge=judge)) as caller:
        with pytest.raises(DeclinedError, match="Sold out"):
            caller.json("POST", "", again=True, json={})
        with pytest.raises(RefusedError, match="does not accept the key"):
            caller.json("POST", "", again=True, json={})
        assert caller.json("POST", "", again=True, json={})[0] == {}
    assert heard == [400]


def test_a_refusal_without_words_is_told_as_any(bad_shop: Callable[..., BadShop]) -> None:
    shop = bad_shop(says(400, b"{}"))
    with (
        contextlib.closing(Caller(shop.url, judge=lambda _status, _said: None)) as caller,
        pytest.raises(RefusedError, match="refused the request"),
    ):
        caller.json("POST", "", again=True, json={})


def test_an_expired_certificate_is_told(bad_shop: Callable[..., BadShop], tmp_path: Path) -> None:
    shop = bad_shop(
        says(200), context=certified(tmp_path, datetime.datetime(2020, 1, 1, tzinfo=datetime.UTC))
    )
    with pytest.raises(ShopError, match="a certificate that is not valid"):
        call(shop.url)
    assert shop.asked == 0


def certified(folder: Path, day: datetime.datetime) -> ssl.SSLContext:
    """A server's side with a certificate for one day, which is in the folder."""
    import ipaddress

    from cryptography import x509
    from cryptography.hazmat.primitives import hashes, serialization
    from cryptography.hazmat.primitives.asymmetric import ec

    key = ec.generate_private_key(ec.SECP256R1())
    name = x509.Name([x509.NameAttribute(x509.NameOID.COMMON_NAME, "127.0.0.1")])
    here = x509.IPAddress(ipaddress.ip_address("127.0.0.1"))
    made = (
        x509.CertificateBuilder()
        .subject_name(name)
        .issuer_name(name)
        .public_key(key.public_key())
        .serial_number(1)
        .not_valid_before(day)
        .not_valid_after(day + datetime.timedelta(days=1))
        .add_extension(x509.SubjectAlternativeName([here]), critical=False)
        .sign(key, hashes.SHA256())
    )
    pem = folder / "both.pem"
    pem.write_bytes(
        key.private_bytes(
            serialization.Encoding.PEM,
            serialization.PrivateFormat.PKCS8,
            serialization.NoEncryption(),
        )
        + made.public_bytes(serialization.Encoding.PEM)
    )
    context = ssl.SSLContext(ssl.PROTOCOL_TLS_SERVER)
    context.load_cert_chain(pem)
    return context


def test_the_shops_clock_is_measured(bad_shop: Callable[..., BadShop]) -> None:
    def late(handler: BaseHTTPRequestHandler) -> None:
        handler.send_response_only(200)
        handler.send_header("Date", "Fri, 01 Jan 2100 00:00:00 GMT")
        handler.send_header("content-type", "application/json")
        handler.send_header("content-length", "2")
        handler.end_headers()
        handler.wfile.write(b"{}")
        handler.close_connection = True

    caller = Caller(bad_shop(late).url)
    caller.json("POST", "", again=True, json={})
    assert caller.now().year == 2100
    caller.close()
