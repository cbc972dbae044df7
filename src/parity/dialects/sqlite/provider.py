"""The names that lead to SQLite."""

from __future__ import annotations

from parity.dialects.provider import Provider

PROVIDER = Provider("sqlite", aliases=(), url_schemes=("file", "sqlite"))
