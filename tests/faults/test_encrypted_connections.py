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
from parity.dialects.postgres.facts import DIALECT
from parity.errors import ConnectionFailed
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


def connect(server: PostgresServer, host: str, options: str, folder: Path) -> bool:
    """Whether the connection, which the server lets in, is encrypted. Certificates are looked for in the folder."""
    return connect_to(f"postgresql://postgres@{host}:{server.port}/postgres?{options}", folder)


def connect_to(url: str, folder: Path) -> bool:
    with closing(DIALECT.driver.connect(DIALECT.driver.parse_url(url, folder))) as session:
        return session.query("SELECT ssl FROM pg_stat_ssl WHERE pid = pg_backend_pid()") == [(True,)]


@pytest.mark.parametrize(
    ("host", "options"),
    [
        ("localhost", "sslmode=verify-full&sslrootcert=ours.crt"),
        ("127.0.0.1", "sslmode=verify-ca&sslrootcert=ours.crt"),
        ("127.0.0.1", "sslmode=require"),
        ("127.0.0.1", "sslmode=prefer"),
        ("127.0.0.1", ""),
        ("localhost", "sslcert=ours.crt&sslaccept=strict"),
        ("127.0.0.1", "sslcert=ours.crt"),
        ("127.0.0.1", "sslcert=another.crt&sslaccept=accept_invalid_certs"),
    ],
)
def test_a_server_that_is_who_it_should_be_is_let_in(
    encrypted: PostgresServer, certificates: Path, host: str, options: str
) -> None:
    assert connect(encrypted, host, options, certificates) is True


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
    encrypted: PostgresServer, certificates: Path, host: str, options: str, reason: str, monkeypatch: pytest.MonkeyPatch
) -> None:
    # Without a file of its own, libpq takes one from there.
    monkeypatch.setenv("HOME", str(certificates))
    with pytest.raises(ConnectionFailed) as caught:
        connect(encrypted, host, options, certificates)
    assert caught.value.code in ("P1010", "P1011")
    assert reason in str(caught.value.why)


@pytest.mark.parametrize("mode", ["require", "verify-ca&sslrootcert=ours.crt", "verify-full&sslrootcert=ours.crt"])
def test_a_server_without_encryption_gets_no_plain_connection(postgres_url: str, certificates: Path, mode: str) -> None:
    with pytest.raises(ConnectionFailed) as caught:
        connect_to(f"{postgres_url}?sslmode={mode}", certificates)
    assert "server does not support SSL, but SSL was required" in str(caught.value.why)
    assert connect_to(f"{postgres_url}?sslmode=prefer", certificates) is False


def test_certificates_are_looked_for_beside_the_schema_file(
    project: Project, encrypted: PostgresServer, certificates: Path
) -> None:
    project.write_schema("", provider="postgresql")
    project.write_migration("1_t", "CREATE TABLE t ();", provider="postgresql")
    shutil.copy(certificates / "ours.crt", project.schema_file.parent / "authority.crt")
    place = f"localhost:{encrypted.port}/postgres?sslmode=verify-full"
    project.use_database(f"postgresql://postgres@{place}&sslrootcert=authority.crt")
    project.run("migrate", "deploy").succeeded()
    project.use_database(f"postgresql://postgres@{place}&sslrootcert=another.crt")
    assert "another.crt" in project.run("migrate", "status").exited(1).stderr
