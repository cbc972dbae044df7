"""Settings, environment and places, on real files."""

from __future__ import annotations

from pathlib import Path

import pytest

from parity.errors import ConfigError
from parity.project.environment import read_environment
from parity.project.locate import locate
from parity.project.settings import read_settings
from parity.project.urls import find_shadow_url, find_url
from parity.psl.model import Datasource, EnvVar


def write(path: Path, text: str) -> Path:
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(text, encoding="utf-8")
    return path


def test_pyproject_names_the_schema_the_migrations_and_the_url(tmp_path: Path) -> None:
    write(
        tmp_path / "pyproject.toml",
        '[tool.parity]\nschema = "db/schema.prisma"\nmigrations = "db/steps"\nurl_env = "MAIN_DB"\n',
    )
    settings = read_settings(tmp_path)
    assert settings.schema == tmp_path / "db/schema.prisma"
    assert settings.migrations == tmp_path / "db/steps"
    assert settings.url is not None
    assert settings.url.variable == "MAIN_DB"


def test_prisma_config_is_read_without_being_run(tmp_path: Path) -> None:
    write(
        tmp_path / "prisma.config.ts",
        """
import { defineConfig, env } from 'prisma/config'
// schema: 'not/this.prisma'
export default defineConfig({
  schema: 'db/schema.prisma',
  migrations: { seed: 'tsx seed.ts', path: 'db/migrations' },
  datasource: { url: env('APP_DB'), shadowDatabaseUrl: process.env.SHADOW_DB },
})
""",
    )
    settings = read_settings(tmp_path)
    assert settings.schema == tmp_path / "db/schema.prisma"
    assert settings.migrations == tmp_path / "db/migrations"
    assert settings.url is not None
    assert settings.url.variable == "APP_DB"
    assert settings.shadow_url is not None
    assert settings.shadow_url.variable == "SHADOW_DB"


@pytest.mark.parametrize(
    ("code", "place"),
    [
        ("export default { schema: path.join('db', 'a.prisma') }", "db/a.prisma"),
        ("export default defineConfig({ schema: join(__dirname, 'db', 'a.prisma') })", "db/a.prisma"),
        ("export default { schema: path.resolve(import.meta.dirname, `db/a.prisma`) } satisfies C", "db/a.prisma"),
        ("export default { schema: path.join(process.cwd(), 'db/a.prisma') }", "db/a.prisma"),
        ("const where = 'db/a.prisma'\nexport default { \"schema\": where, }", "db/a.prisma"),
        ("const schema = 'db/a.prisma' as string;\nmodule.exports = { schema }", "db/a.prisma"),
        ("const c: C = { experimental: { schema: 'no' }, schema: 'db/a.prisma' }\nexport default c", "db/a.prisma"),
        ("type C = { schema: 'no' }\nexport default { earlyAccess: true, schema: 'db/a.prisma' }", "db/a.prisma"),
    ],
)
def test_the_usual_ways_to_write_a_path_in_prisma_config_are_read(tmp_path: Path, code: str, place: str) -> None:
    write(tmp_path / "prisma.config.ts", code)
    assert read_settings(tmp_path).schema == tmp_path / place


def test_a_config_in_its_own_folder_counts_from_there(tmp_path: Path) -> None:
    write(tmp_path / ".config" / "prisma.ts", "export default { schema: '../db/a.prisma' }")
    assert read_settings(tmp_path).schema == tmp_path / "db/a.prisma"


@pytest.mark.parametrize("value", ["process.env.SCHEMA ?? 'a.prisma'", "`${where}/a.prisma`", "find()", "imported"])
def test_a_schema_that_only_running_the_config_could_tell_is_no_missing_one(tmp_path: Path, value: str) -> None:
    write(tmp_path / "prisma.config.ts", f"export default defineConfig({{ schema: {value} }})")
    write(tmp_path / "prisma" / "schema.prisma", "")
    settings = read_settings(tmp_path)
    with pytest.raises(ConfigError) as refused:
        locate(settings, tmp_path, None)
    assert refused.value.code == "PAR133"
    assert locate(settings, tmp_path, "prisma/schema.prisma").schema == tmp_path / "prisma" / "schema.prisma"


def test_prisma_config_counts_before_package_json(tmp_path: Path) -> None:
    write(tmp_path / "package.json", '{"prisma": {"schema": "old.prisma"}}')
    write(tmp_path / "prisma.config.ts", "export default { schema: 'new.prisma' }")
    assert read_settings(tmp_path).schema == tmp_path / "new.prisma"


def test_package_json_names_the_schema(tmp_path: Path) -> None:
    write(tmp_path / "package.json", '{"prisma": {"schema": "server/schema.prisma"}}')
    assert read_settings(tmp_path).schema == tmp_path / "server/schema.prisma"


@pytest.mark.parametrize(
    ("name", "text"),
    [("pyproject.toml", "[tool.parity\n"), ("package.json", "{"), ("pyproject.toml", "[tool.parity]\nschema = 3\n")],
)
def test_a_damaged_settings_file_is_named(tmp_path: Path, name: str, text: str) -> None:
    write(tmp_path / name, text)
    with pytest.raises(ConfigError, match=name):
        read_settings(tmp_path)


def test_settings_are_found_from_a_folder_below(tmp_path: Path) -> None:
    write(tmp_path / "prisma" / "schema.prisma", "")
    below = tmp_path / "src" / "app"
    below.mkdir(parents=True)
    assert locate(read_settings(below), below, None).schema == tmp_path / "prisma" / "schema.prisma"


def test_a_folder_of_schema_files_is_a_schema(tmp_path: Path) -> None:
    write(tmp_path / "prisma" / "schema" / "user.prisma", "")
    places = locate(read_settings(tmp_path), tmp_path, None)
    assert places.schema == tmp_path / "prisma" / "schema"
    assert places.migrations == tmp_path / "prisma" / "schema" / "migrations"
    (tmp_path / "prisma" / "migrations").mkdir()
    assert locate(read_settings(tmp_path), tmp_path, None).migrations == tmp_path / "prisma" / "migrations"


def test_no_schema_says_where_it_was_looked_for(tmp_path: Path) -> None:
    with pytest.raises(ConfigError) as caught:
        locate(read_settings(tmp_path), tmp_path, None)
    assert caught.value.code == "PAR120"
    assert "prisma/schema.prisma" in str(caught.value.why)


def test_a_real_variable_wins_over_env_files_and_the_nearer_file_over_the_farther(tmp_path: Path) -> None:
    write(tmp_path / ".env", 'DATABASE_URL="root"\nOTHER=root # comment\n')
    write(tmp_path / "prisma" / ".env", "DATABASE_URL='schema'\nPASS=\"a$b${OTHER}\"\n")
    folders = (tmp_path / "prisma", tmp_path)
    environment = read_environment({"REAL": "1"}, folders, tmp_path)
    assert environment.get("DATABASE_URL") == "schema"
    assert environment.origin("DATABASE_URL") == "DATABASE_URL from prisma/.env"
    assert environment.get("OTHER") == "root"
    assert read_environment({"DATABASE_URL": "real"}, folders, tmp_path).get("DATABASE_URL") == "real"


def test_a_dollar_sign_in_a_password_stays(tmp_path: Path) -> None:
    write(tmp_path / ".env", "URL=postgresql://u:pa$$w0rd$x@h/d\n")
    assert read_environment({}, (tmp_path,), tmp_path).get("URL") == "postgresql://u:pa$$w0rd$x@h/d"


def test_migrations_run_on_the_direct_url_where_there_is_one(tmp_path: Path) -> None:
    environment = read_environment({"DATABASE_URL": "file:pooled.db", "DIRECT": "file:direct.db"}, (), tmp_path)
    source = Datasource("db", "sqlite", url=EnvVar("DATABASE_URL"), direct_url=EnvVar("DIRECT"))
    found = find_url(None, read_settings(tmp_path), source, environment, tmp_path, tmp_path)
    assert (found.url, found.origin) == ("file:direct.db", "DIRECT")
    assert find_url("file:x.db", read_settings(tmp_path), source, environment, tmp_path, tmp_path).origin == "--url"


def test_an_unset_variable_is_named_with_the_places_that_were_searched(tmp_path: Path) -> None:
    environment = read_environment({}, (tmp_path / "prisma", tmp_path), tmp_path)
    source = Datasource("db", "sqlite", url=EnvVar("SHOP_DB"))
    with pytest.raises(ConfigError) as caught:
        find_url(None, read_settings(tmp_path), source, environment, tmp_path, tmp_path)
    assert caught.value.message == "the variable SHOP_DB is not set"
    assert "looked in the environment, prisma/.env, .env" in str(caught.value.why)


def test_an_unset_shadow_variable_means_no_scratch_database_of_the_users(tmp_path: Path) -> None:
    source = Datasource("db", "sqlite", shadow_database_url=EnvVar("SHADOW"))
    environment = read_environment({}, (), tmp_path)
    assert find_shadow_url(None, read_settings(tmp_path), source, environment, tmp_path, tmp_path) is None


def test_a_found_url_never_shows_itself(tmp_path: Path) -> None:
    environment = read_environment({"DATABASE_URL": "postgresql://u:canary@h/d"}, (), tmp_path)
    found = find_url(None, read_settings(tmp_path), None, environment, tmp_path, tmp_path)
    assert "canary" not in repr(found)
    assert "canary" not in repr(environment)
