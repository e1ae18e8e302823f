"""A keyring that holds the one key it was given, so that a start reads its key the way it does in a shop."""

from __future__ import annotations

import os

from keyring.backend import KeyringBackend


class OneKey(KeyringBackend):
    """Gives the key in `BENCHMARK_KEY` to whoever asks."""

    priority = 1.0  # type: ignore[assignment]

    def get_password(self, service: str, username: str) -> str | None:
        return os.environ.get("BENCHMARK_KEY")

    def set_password(self, service: str, username: str, password: str) -> None:
        raise NotImplementedError

    def delete_password(self, service: str, username: str) -> None:
        raise NotImplementedError
