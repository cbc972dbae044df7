"""The names that lead to PostgreSQL."""

from __future__ import annotations

from parity.dialects.provider import Provider

PROVIDER = Provider("postgresql", aliases=("postgres",), url_schemes=("postgresql", "postgres"))
