"""The names that lead to CockroachDB. It speaks PostgreSQL's protocol, under PostgreSQL's URLs."""

from __future__ import annotations

from parity.dialects.provider import Provider

PROVIDER = Provider("cockroachdb", aliases=(), url_schemes=("postgresql", "postgres", "cockroachdb"), parent="postgres")
