"""Calls to a shop over the network: timed, bounded, tried again where that is safe, and told in sentences."""

from __future__ import annotations

import json
import ssl
from collections.abc import Callable, Mapping
from datetime import UTC, datetime, timedelta
from email.utils import parsedate_to_datetime
from typing import Any
from urllib.parse import urlsplit

import httpx
import tenacity

from assistant.errors import RefusedError as RefusedError
from assistant.errors import ShopError
from assistant.errors import UnreachedError as UnreachedError
from assistant.shop.deadline import Deadline

TIMEOUT = httpx.Timeout(20.0, connect=5.0)
WHOLE_CALL = 60.0  # seconds; what drips without end never pauses long enough for a time-out
MOST_BYTES = 64 << 20
TRIES = 5
SILENT_TRIES = 2  # each takes a whole time-out, and somebody waits for the sentence
LONGEST_WAIT = 30.0
_LOCAL = frozenset({"localhost", "127.0.0.1", "::1"})

Judge = Callable[[int, Any], ShopError | None]
"""Reads a shop's own words for a refusal (status, JSON); None = it says nothing we know."""


class DeclinedError(ShopError):
    """The shop understood and will not: asking for the same again changes nothing."""


class _BusyError(UnreachedError):
    """The shop asks to come again."""

    def __init__(self, sentence: str, wait: float | None) -> None:
        super().__init__(sentence)
        self.wait = wait


class _SilentError(UnreachedError):
    """The shop took the question and says nothing, or stopped in the midst of its answer."""


class Caller:
    """Calls one shop. The sentences name its host and never what was sent to it.

    `signed`: what is sent holds no secret, so that it may go in the clear. `judge`: reads what the shop says
    of a request that it refuses.
    """

    def __init__(
        self,
        url: str,
        headers: Mapping[str, str] | None = None,
        *,
        tries: int = TRIES,
        signed: bool = False,
        judge: Judge | None = None,
    ) -> None:
        try:
            parts = urlsplit(url)
            usable = parts.scheme in ("http", "https") and parts.hostname and parts.port != 0
            httpx.URL(url).raw_host.decode().encode("idna")  # a host's name has parts of at most 63 letters
        except (ValueError, httpx.InvalidURL):  # a port or a bracket that cannot be
            usable = False
        if not usable or not parts.hostname:
            shown = "That" if "@" in url else repr(url)  # it may hold a password
            raise ShopError(
                f"{shown} is not a web address; it begins with https:// and names the shop's host."
            )
        if parts.scheme == "http" and not signed and parts.hostname not in _LOCAL:
            raise ShopError(
                f"{parts.hostname} would be spoken to in the clear, password and all; use https://."
            )
        if parts.username or parts.password:
            raise ShopError("Leave the password out of the address; it is asked for apart.")
        self.host = parts.hostname if parts.port is None else f"{parts.hostname}:{parts.port}"
        self._tries = tries
        self._judge = judge
        self._skew = timedelta()
        self._deadline = Deadline()
        for value in (headers or {}).values():
            self._check_sendable(value)
        self._client = httpx.Client(
            base_url=url, headers=dict(headers or {}), timeout=TIMEOUT, follow_redirects=False
        )

    @property
    def skew(self) -> timedelta:
        """How much later the shop's clock is than ours, by the last answer's own time."""
        return self._skew

    def now(self) -> datetime:
        """The shop's time, as far as its last answer told it."""
        return datetime.now(UTC) + self._skew

    def header(self, name: str, value: str) -> None:
        """Send a header with every call from now on."""
        self._check_sendable(value)
        self._client.headers[name] = value

    def _check_sendable(self, value: str) -> None:
        if not value.isprintable():
            raise ShopError(
                f"The key for {self.host} holds a character that no key has (a line break, a tab or a zero "
                "byte); copy it once more."
            )

    def sign(self, auth: httpx.Auth) -> None:
        """Sign every call from now on."""
        self._client.auth = auth

    def close(self) -> None:
        """Close the connections."""
        self._client.close()

    def json(self, method: str, path: str, *, again: bool, **sent: Any) -> tuple[Any, httpx.Headers]:
        """One call's JSON answer; `again`: asking twice does no harm, so it may be tried several times."""
        retrying = tenacity.Retrying(
            retry=tenacity.retry_if_exception_type(UnreachedError),
            stop=self._is_enough if again else tenacity.stop_after_attempt(1),
            wait=_wait,
            reraise=True,
        )
        return retrying(self._once, method, path, sent)

    def _is_enough(self, state: tenacity.RetryCallState) -> bool:
        problem = state.outcome.exception() if state.outcome is not None else None
        most = min(SILENT_TRIES, self._tries) if isinstance(problem, _SilentError) else self._tries
        return state.attempt_number >= most

    def _once(self, method: str, path: str, sent: Mapping[str, Any]) -> tuple[Any, httpx.Headers]:
        with self._deadline.within(WHOLE_CALL) as passed:
            try:
                return self._call(method, path, sent)
            except UnreachedError as problem:
                if passed.is_set():
                    raise self._endless() from problem
                raise

    def _call(self, method: str, path: str, sent: Mapping[str, Any]) -> tuple[Any, httpx.Headers]:
        heard = {"trace": self._deadline.trace}
        try:
            with self._client.stream(method, path, extensions=heard, **sent) as answer:
                self._note_time(answer.headers)
                if self._judge is not None and answer.is_client_error:
                    self._hear(answer, self._judge)
                self._check(answer)
                return self._read(self._body(answer), answer), answer.headers
        except httpx.ConnectError as problem:
            if _certificate(problem):
                raise ShopError(
                    f"{self.host} shows a certificate that is not valid (expired, or of another name); "
                    "nothing was sent to it."
                ) from problem
            raise UnreachedError(
                f"{self.host} cannot be reached; is the address right and the network up?"
            ) from (problem)
        except httpx.TimeoutException as problem:
            raise _SilentError(f"{self.host} does not answer in time.") from problem
        except httpx.RemoteProtocolError as problem:
            if "location" in str(problem):
                raise self._nowhere() from problem
            raise UnreachedError(f"The connection to {self.host} broke off.") from problem
        except (httpx.TransportError, httpx.DecodingError) as problem:
            raise UnreachedError(f"The connection to {self.host} broke off.") from problem

    def _body(self, answer: httpx.Response) -> bytes:
        body = bytearray()
        for part in answer.iter_bytes():
            body += part
            if len(body) > MOST_BYTES:
                raise self._endless()
        return bytes(body)

    def _endless(self) -> ShopError:
        return ShopError(f"{self.host} sends without end; this is not a shop's answer.")

    def _nowhere(self) -> ShopError:
        return ShopError(
            f"{self.host} sends us on to an address that cannot be; this is not a shop's answer."
        )

    def _hear(self, answer: httpx.Response, judge: Judge) -> None:
        """Raise what the shop itself says of a refusal; what others say on its way is not for its judge."""
        if answer.status_code == 429 or "json" not in answer.headers.get("content-type", ""):
            return
        problem = judge(answer.status_code, self._read(self._body(answer), answer))
        if problem is not None:
            raise problem

    def _check(self, answer: httpx.Response) -> None:
        status = answer.status_code
        if answer.is_redirect:
            to = answer.headers.get("location", "")
            try:
                same = answer.url.join(to) == answer.url
            except (httpx.InvalidURL, ValueError) as problem:
                raise self._nowhere() from problem
            if same:
                raise ShopError(f"{self.host} sends us round in a circle; this is not a shop's answer.")
            raise ShopError(
                f"{self.host} sends us on to {to[:200]}; connect that address, if it is the shop's."
            )
        if status in (401, 403):
            raise RefusedError(f"{self.host} does not accept the key or password.")
        if status == 404:
            raise ShopError(f"{self.host} answers, but there is no shop of that kind under this address.")
        if status == 429 or status >= 500:
            raise _BusyError(
                f"{self.host} is busy or out of order (HTTP {status}).", _seconds(answer.headers)
            )
        if status >= 400:
            raise RefusedError(f"{self.host} refused the request (HTTP {status}).")

    def _read(self, body: bytes, answer: httpx.Response) -> Any:
        kind = answer.headers.get("content-type", "")
        if "json" not in kind:
            raise ShopError(
                f"{self.host} answers with {kind.split(';')[0] or 'something'} in place of data: "
                "a sign-in page of the network, or not the shop's address."
            )
        try:
            return json.loads(body)
        except RecursionError as problem:
            raise ShopError(
                f"{self.host} sends brackets without end; this is not a shop's answer."
            ) from problem
        except ValueError as problem:
            raise UnreachedError(f"{self.host} sent half an answer.") from problem

    def _note_time(self, headers: httpx.Headers) -> None:
        said = _moment(headers.get("date", ""))
        if said is None:
            return
        skew = said - datetime.now(UTC)
        # The header has whole seconds: a smaller difference says nothing.
        self._skew = skew if abs(skew) > timedelta(seconds=2) else timedelta()


def _wait(state: tenacity.RetryCallState) -> float:
    problem = state.outcome.exception() if state.outcome is not None else None
    asked = problem.wait if isinstance(problem, _BusyError) else None
    if asked is not None:
        return min(asked, LONGEST_WAIT)
    return float(tenacity.wait_random_exponential(multiplier=0.5, max=LONGEST_WAIT)(state))


def _seconds(headers: httpx.Headers) -> float | None:
    """What `Retry-After` asks for: seconds, or a time."""
    said = headers.get("retry-after")
    if said is None:
        return None
    try:
        return max(0.0, float(said))
    except ValueError:
        pass
    at = _moment(said)
    return None if at is None else max(0.0, (at - datetime.now(UTC)).total_seconds())


def _moment(said: str) -> datetime | None:
    """A header's time; one without a zone, or twice in the header, is UTC all the same."""
    try:
        at = parsedate_to_datetime(said)
    except (ValueError, TypeError):
        return None
    return at if at.tzinfo is not None else at.replace(tzinfo=UTC)


def _certificate(problem: BaseException | None) -> bool:
    while problem is not None:
        if isinstance(problem, ssl.SSLCertVerificationError) or "CERTIFICATE_VERIFY" in str(problem):
            return True
        problem = problem.__cause__ or problem.__context__
    return False
