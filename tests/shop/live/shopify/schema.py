"""Shopify's own schema of its Admin API, as its package for developers carries it."""

from __future__ import annotations

import functools
import gzip
import json
import os
import secrets
import shutil
import subprocess
import tarfile
from pathlib import Path

import pytest
from graphql import GraphQLSchema, build_client_schema

from assistant.shop.shopify_api import VERSION

PACKAGE = "@shopify/dev-mcp@1.16.0"
INSIDE = f"package/dist/data/admin_{VERSION}.json.gz"


@functools.cache
def schema() -> GraphQLSchema:
    """The schema, without proving that it is itself a sound one; skips in words where it cannot be had."""
    told = json.loads(gzip.decompress(_file().read_bytes()))
    return build_client_schema(told["data"], assume_valid=True)


def _file() -> Path:
    """The schema's file, fetched at the first call."""
    cache = Path(os.environ.get("XDG_CACHE_HOME", Path.home() / ".cache")) / "sales-assistant-tests"
    kept = cache / f"shopify-{PACKAGE.rsplit('@', 1)[-1]}-{VERSION}.json.gz"
    if kept.is_file():
        return kept
    npm = shutil.which("npm")
    if npm is None:
        pytest.skip("Shopify's schema comes from the npm registry, and there is no npm here")
    fresh = cache / f"shopify-{secrets.token_hex(4)}"
    fresh.mkdir(parents=True)
    try:
        packed = subprocess.run(
            [npm, "pack", PACKAGE, "--loglevel=error"],
            cwd=fresh, check=True, capture_output=True, text=True, timeout=600,
        )  # fmt: skip
        with tarfile.open(fresh / packed.stdout.split()[-1]) as archive:
            archive.extract(INSIDE, fresh, filter="data")
        (fresh / INSIDE).replace(kept)
    except (subprocess.CalledProcessError, subprocess.TimeoutExpired) as problem:
        pytest.skip(f"Shopify's schema could not be had from the npm registry: {problem}")
    finally:
        shutil.rmtree(fresh)
    return kept
