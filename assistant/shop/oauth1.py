"""Requests signed by OAuth 1.0a (RFC 5849) with a key and its secret alone, for shops without https.

Written out here: of the whole protocol one signature method without tokens is needed, and httpx has no part
for it. The secret itself is never sent.
"""

from __future__ import annotations

import base64
import hashlib
import hmac
import secrets
from collections.abc import Callable, Generator, Iterable
from datetime import datetime
from urllib.parse import quote

import httpx


class OAuth1(httpx.Auth):
    """Signs each request's query with HMAC-SHA256; `now`: the time as the shop's own clock has it."""

    def __init__(self, key: str, secret: str, now: Callable[[], datetime]) -> None:
        self._key, self._secret, self._now = key, secret, now

    def __repr__(self) -> str:
        return "OAuth1(…)"

    def auth_flow(self, request: httpx.Request) -> Generator[httpx.Request, httpx.Response, None]:
        """The request with its signature, which no other request has."""
        said = {
            "oauth_consumer_key": self._key,
            "oauth_nonce": secrets.token_hex(16),
            "oauth_signature_method": "HMAC-SHA256",
            "oauth_timestamp": str(int(self._now().timestamp())),
        }
        sent = [*request.url.params.multi_items(), *said.items()]
        base = base_string(request.method, str(request.url.copy_with(query=None)), sent)
        sent.append(("oauth_signature", signature(base, self._secret)))
        whole = "&".join(f"{_escape(name)}={_escape(value)}" for name, value in sent)
        request.url = request.url.copy_with(query=whole.encode())
        yield request


def base_string(method: str, url: str, parameters: Iterable[tuple[str, str]]) -> str:
    """What is signed of a request; `url` without its query (section 3.4.1)."""
    escaped = sorted((_escape(name), _escape(value)) for name, value in parameters)
    whole = "&".join(f"{name}={value}" for name, value in escaped)
    return "&".join(_escape(part) for part in (method.upper(), url, whole))


def signature(base: str, secret: str) -> str:
    """The signature of a client that has no token (section 3.4.2, with SHA-256)."""
    made = hmac.new(f"{_escape(secret)}&".encode(), base.encode(), hashlib.sha256)
    return base64.b64encode(made.digest()).decode()


def _escape(text: str) -> str:
    return quote(text, safe="~")
