"""Encrypted connections (S12): certificates are checked as the URL asks, and nothing falls back to less in silence."""

from __future__ import annotations

import os
import shutil
import subprocess
from collections.abc import Iterator
from contextlib import closing
from pathlib import Path

import psycopg2
import pytest

from commandline import Project
from servers import PostgresServer, ServerUnavailable, private_postgres, unprivileged_user


def openssl(folder: Path, *arguments: str) -> None:
    subprocess.run(["openssl", *arguments], cwd=folder, check=True, capture_output=True)


def make_authority(folder: Path, name: str) -> None:
    """`<name>.crt`, an authority of our own, and its key."""
    openssl(folder, "req", "-x509", "-newkey", "rsa:2048", "-nodes", "-days", "2", "-subj", f"/CN={name}",
            "-keyout", f"{name}.key", "-out", f"{name}.crt")  # fmt: skip


def make_server_certificate(folder: Path, authority: str) -> None:
    """`server.crt`, for the name `localhost` and no other, and `server.key`."""
    openssl(folder, "req", "-newkey", "rsa:2048", "-nodes", "-subj", "/CN=localhost", "-keyout", "server.key",
            "-out", "server.csr")  # fmt: skip
    (folder / "names").write_text("subjectAltName=DNS:localhost\n")
    openssl(folder, "x509", "-req", "-in", "server.csr", "-CA", f"{authority}.crt", "-CAkey", f"{authority}.key",
            "-CAcreateserial", "-days", "2", "-extfile", "names", "-out", "server.crt")  # fmt: skip


@pytest.fixture(scope="module")
def certificates(tmp_path_factory: pytest.TempPathFactory) -> Path:
    if shutil.which("openssl") is None:
        pytest.skip("NOT RUN: there is no openssl to make certificates with")
    folder = tmp_path_factory.mktemp("certificates")
    make_authority(folder, "ours")
    make_authority(folder, "another")
    make_server_certificate(folder, "ours")
    return folder


@pytest.fixture(scope="module")
def encrypted(certificates: Path) -> Iterator[PostgresServer]:
    """A server that lets nobody in without encryption."""
    try:
        with private_postgres() as server:
            data, account = Path(server.socket_dir) / "data", unprivileged_user()
            for name in ("server.crt", "server.key"):
                shutil.copy(certificates / name, data / name)
                (data / name).chmod(0o600)
                if account is not None:
                    os.chown(data / name, account.pw_uid, account.pw_gid)
            with closing(psycopg2.connect(server.dsn())) as connection:
                connection.autocommit = True
                with connection.cursor() as cursor:
                    cursor.execute("ALTER SYSTEM SET ssl = on")
                    (data / "pg_hba.conf").write_text("local all all trust\nhostssl all all 127.0.0.1/32 trust\n")
                    cursor.execute("SELECT pg_reload_conf()")
            yield server
    except ServerUnavailable as error:
        pytest.skip(f"NO POSTGRESQL: {error}")


@pytest.fixture
def shop(project: Project, certificates: Path) -> Project:
    project.write_schema("", provider="postgresql")
    project.write_migration("1_t", "CREATE TABLE IF NOT EXISTS t ();", provider="postgresql")
    for name in ("ours.crt", "another.crt"):
        shutil.copy(certificates / name, project.schema_file.parent / name)
    return project


def url_of(server: PostgresServer, host: str, options: str) -> str:
    return f"postgresql://postgres@{host}:{server.port}/postgres?{options}"


@pytest.mark.parametrize(
    ("host", "options"),
    [
        ("localhost", "sslmode=verify-full&sslrootcert=ours.crt"),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=ours.crt"),
        ("127.0.0.1", "sslmode=require"),
        ("127.0.0.1", "sslmode=prefer"),
        ("127.0.0.1", ""),
        ("localhost", "sslcert=ours.crt&sslaccept=strict"),
        ("127.0.0.1", "sslcert=another.crt&sslaccept=accept_invalid_certs"),
        ("127.0.0.1", "sslcert=ours.crt"),
    ],
)
def test_a_server_that_is_who_it_should_be_is_let_in(
    shop: Project, encrypted: PostgresServer, host: str, options: str
) -> None:
    shop.use_database(url_of(encrypted, host, options))
    shop.run("migrate", "deploy").succeeded()


@pytest.mark.parametrize(
    ("host", "options", "reason"),
    [
        ("127.0.0.1", "sslmode=verify-full&sslrootcert=ours.crt", "does not match host name"),
        ("localhost", "sslmode=verify-full&sslrootcert=another.crt", "certificate verify failed"),
        ("localhost", "sslmode=verify-ca&sslrootcert=another.crt", "certificate verify failed"),
        ("localhost", "sslmode=verify-full&sslrootcert=missing.crt", "missing.crt"),
        ("localhost", "sslmode=verify-full", "root certificate file"),
        ("localhost", "sslmode=disable", "no encryption"),
        ("localhost", "sslcert=another.crt&sslaccept=strict", "certificate verify failed"),
        ("localhost", "sslcert=another.crt", "certificate verify failed"),
    ],
)
def test_one_that_is_not_is_refused_and_told_why(
    shop: Project, encrypted: PostgresServer, host: str, options: str, reason: str
) -> None:
    shop.use_database(url_of(encrypted, host, options))
    refused = shop.run("migrate", "deploy").exited(1)
    assert reason in refused.stderr
    assert refused.stderr.startswith(("Error P1010", "Error P1011"))


@pytest.mark.parametrize("mode", ["require", "verify-ca&sslrootcert=ours.crt", "verify-full&sslrootcert=ours.crt"])
def test_a_server_without_encryption_gets_no_plain_connection(shop: Project, postgres_url: str, mode: str) -> None:
    shop.use_database(f"{postgres_url}?sslmode={mode}")
    refused = shop.run("migrate", "deploy").exited(1)
    assert "server does not support SSL, but SSL was required" in refused.stderr
    shop.use_database(f"{postgres_url}?sslmode=prefer")
    shop.run("migrate", "deploy").succeeded()
