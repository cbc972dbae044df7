from pathlib import Path

import pytest

from parity.dialects.sqlite.url import busy_timeout, parse_url
from parity.errors import ConfigError

HERE = Path("/srv/shop/prisma")


@pytest.mark.parametrize(
    ("url", "path"),
    [
        ("file:./dev.db", HERE / "dev.db"),
        ("file:dev.db", HERE / "dev.db"),
        ("FILE:dev.db?connection_limit=1", HERE / "dev.db"),
        ("file:../data/dev.db", HERE / "../data/dev.db"),
        ("file:/var/lib/dev.db", Path("/var/lib/dev.db")),
        ("file:///var/lib/dev.db", Path("/var/lib/dev.db")),
        ("file://localhost/var/lib/dev.db", Path("/var/lib/dev.db")),
        ("sqlite:///var/lib/dev.db", Path("/var/lib/dev.db")),
        ("sqlite:dev.db", HERE / "dev.db"),
        ("file:my%20shop%3F.db", HERE / "my shop?.db"),
        ("file:größe#1.db", HERE / "größe#1.db"),
    ],
)
def test_a_url_leads_to_its_file(url, path):
    assert parse_url(url, HERE).path == path


def test_the_display_leaves_parameters_out_and_the_rest_as_it_was_written():
    assert parse_url("file:./dev.db?connection_limit=1", HERE).display == "file:./dev.db"


@pytest.mark.parametrize(
    "url",
    [
        "file:",
        "file:?x=1",
        "file:folder/",
        "file::memory:",
        "file::memory:?cache=shared",
        "file:x.db?mode=memory",
        "file:a%00b",
        "postgresql://h/x",
        "dev.db",
        "",
    ],
)
def test_what_names_no_file_is_refused(url):
    with pytest.raises(ConfigError) as caught:
        parse_url(url, HERE)
    assert caught.value.code == "P1013"
    assert caught.value.why
    assert caught.value.hint


@pytest.mark.parametrize(
    ("url", "seconds"), [("file:x", 60.0), ("file:x?socket_timeout=7.5", 7.5), ("file:x?socket_timeout=soon", 60.0)]
)
def test_the_time_to_wait_is_the_url_s_or_the_usual_one(url, seconds):
    assert busy_timeout(parse_url(url, HERE), 60.0) == seconds
