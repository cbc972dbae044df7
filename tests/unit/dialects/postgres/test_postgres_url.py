import pytest
from hypothesis import given
from hypothesis import strategies as st

from parity.dialects.postgres.url import libpq_parameters, parse_url, seconds
from parity.errors import ConfigError

SECRET = "c4n4ry"


def parse(url, folder=None):
    from pathlib import Path

    return parse_url(url, folder or Path("/work"))


def refusal(url):
    with pytest.raises(ConfigError) as caught:
        parse(url)
    error = caught.value
    assert error.code == "P1013"
    assert SECRET not in f"{error} {error.why} {error.hint}"
    return error


def test_the_parts_of_a_url_are_read():
    target = parse("postgresql://app:s%40crt%2F@db.example:6543/my%20shop?schema=sales&connect_timeout=3")
    assert (target.user, target.password, target.host, target.port) == ("app", "s@crt/", "db.example", 6543)
    assert (target.database, target.namespace) == ("my shop", "sales")
    assert seconds(target, "connect_timeout") == 3
    assert target.display == "postgresql://app@db.example:6543/my%20shop?schema=sales"


def test_what_a_url_leaves_out_has_the_usual_meaning():
    target = parse("postgres://")
    assert (target.host, target.port, target.database, target.user, target.password) == (
        "localhost",
        None,
        "postgres",
        None,
        None,
    )
    assert target.namespace is None


def test_a_socket_is_named_by_the_host_parameter_or_in_escapes():
    for url in ("postgresql://u@/db?host=/run/pg", "postgresql://u@%2Frun%2Fpg/db"):
        target = parse(url)
        assert target.host == "/run/pg"
        assert target.display == "postgresql://u@/db?host=/run/pg"


def test_an_ipv6_address_stands_in_brackets():
    target = parse("postgresql://u@[2001:db8::1]:99/db")
    assert (target.host, target.port) == ("2001:db8::1", 99)
    assert target.display == "postgresql://u@[2001:db8::1]:99/db"


@pytest.mark.parametrize(
    "url",
    [
        f"postgresql://u:{SECRET}%zz@h/db",
        f"postgresql://u:{SECRET}%@h/db",
        f"postgresql://u:{SECRET}%00@h/db",
        f"postgresql://u:{SECRET}/x@h/db",
        f"postgresql://u:1/{SECRET}@h/db",
        f"postgresql://u:{SECRET}?x@h/db",
        f"postgresql://u:1?{SECRET}@h/db",
        f"postgresql://u:1?x={SECRET}@h/db",
        f"postgresql://u:{SECRET}@[::1/db",
        f"postgresql://u:{SECRET}@h:port/db",
        f"postgresql://u:{SECRET}@h:0/db",
        f"postgresql://u:{SECRET}@h:99999/db",
        f"postgresql://u:{SECRET}@h1,h2/db",
        f"postgresql://u:{SECRET}@h/db?sslmode=maybe",
        f"postgresql://u:{SECRET}@h/db?connect_timeout=soon",
        f"postgresql://u:{SECRET}@h/db?sslidentity=x.p12",
        f"postgresql://u:{SECRET}@h/d\nb",
        f"postgresql:u:{SECRET}@h/db",
    ],
)
def test_a_url_that_cannot_be_read_is_refused_without_showing_it(url):
    assert refusal(url).hint


@given(st.text(min_size=1, max_size=20).filter(lambda text: "\0" not in text and text.isprintable()))
def test_any_password_in_escapes_is_read_and_never_shown(password):
    from urllib.parse import quote

    try:
        escaped = quote(password, safe="")
    except UnicodeEncodeError:
        return
    target = parse(f"postgresql://u:{escaped}@h.example/db")
    assert target.password == password
    assert target.display == "postgresql://u@h.example/db"
    assert "password" not in repr(target)


@given(st.text(max_size=60))
def test_no_text_does_anything_but_parse_or_be_refused(text):
    for url in (text, f"postgresql://{text}"):
        try:
            parse(url)
        except ConfigError as error:
            assert error.code == "P1013"


def test_certificates_are_looked_for_beside_the_schema(tmp_path):
    target = parse("postgresql://h/db?sslmode=verify-full&sslrootcert=ca.pem", tmp_path)
    assert libpq_parameters(target) == {"sslmode": "verify-full", "sslrootcert": str(tmp_path / "ca.pem")}


def test_prismas_own_parameters_have_the_meaning_that_they_have_there(tmp_path):
    target = parse("postgresql://h/db?sslmode=require&sslaccept=strict&sslcert=ca.pem&pgbouncer=true", tmp_path)
    assert libpq_parameters(target) == {"sslmode": "verify-full", "sslrootcert": str(tmp_path / "ca.pem")}


def test_who_names_an_authority_gets_no_plain_connection(tmp_path):
    target = parse("postgresql://h/db?sslcert=ca.pem", tmp_path)
    assert libpq_parameters(target) == {"sslmode": "verify-ca", "sslrootcert": str(tmp_path / "ca.pem")}
    target = parse("postgresql://h/db?sslcert=ca.pem&sslaccept=accept_invalid_certs", tmp_path)
    assert libpq_parameters(target) == {}


def test_a_client_certificate_is_one_that_comes_with_its_key(tmp_path):
    target = parse("postgresql://h/db?sslcert=me.pem&sslkey=me.key", tmp_path)
    assert libpq_parameters(target) == {"sslcert": str(tmp_path / "me.pem"), "sslkey": str(tmp_path / "me.key")}


def test_a_time_limit_of_zero_is_none():
    assert seconds(parse("postgresql://h/db?connect_timeout=0"), "connect_timeout") is None
