"""The sides of `migrate diff`: each names a schema, and is turned into a Schema value."""

from __future__ import annotations

from contextlib import suppress
from enum import StrEnum
from pathlib import Path

from msgspec import Struct, field

from parity.dialects.base import Dialect, Target
from parity.dialects.registry import dialect_for_provider, provider_names
from parity.errors import ConfigError, SchemaInvalid, UsageError
from parity.execute.past import open_past
from parity.execute.scratch import ScratchWish, open_scratch
from parity.lower import lower
from parity.migrations.folder import check_provider, read_folder
from parity.project.cache_folder import cache_folder
from parity.project.environment import Environment, read_environment
from parity.project.locate import Places, locate
from parity.project.private_servers import private_servers
from parity.project.settings import Settings, read_settings
from parity.project.urls import (
    FoundUrl,
    check_same_database_kind,
    find_shadow_url,
    find_url,
    target_of,
    url_of_variable,
)
from parity.psl.model import Datamodel
from parity.psl.sources import read_sources
from parity.schema.model import EMPTY, Schema
from parity.workflow.canonical import canonicalise, has_texts
from parity.workflow.context import connected
from parity.workflow.request import Request


class SideKind(StrEnum):
    """What a side of a diff is."""

    EMPTY = "empty"
    SCHEMA = "schema"
    MIGRATIONS = "migrations"
    URL = "url"
    ENV = "env"


_URLS = (SideKind.URL, SideKind.ENV)


class Side(Struct, frozen=True):
    """One side: its kind and the path, URL or variable that goes with it."""

    kind: SideKind
    value: str = ""

    def __repr__(self) -> str:
        return f"Side({self.kind.value})"


class ReadSide(Struct, frozen=True):
    """A side as a value. `is_wish` tells that it comes from a schema file, which can't say everything.

    `says_conditions` tells that the file has the words for partial indexes switched on.
    """

    schema: Schema
    is_wish: bool
    says_conditions: bool = False


class SideReader(Struct):
    """Reads both sides of a diff; they must agree on the kind of database. Files are read once."""

    request: Request
    settings: Settings
    environment: Environment
    places: Places | None
    dialect: Dialect | None = None
    datamodel: Datamodel | None = None
    """The schema file that says which namespaces count and where a scratch database may be: the one that a side names,
    else the project's own."""
    sides: tuple[Side, ...] = ()
    parsed: dict[Path, Datamodel] = field(default_factory=dict)
    """The schema files that were read."""

    def settle(self, *sides: Side) -> None:
        """Find the dialect that the sides share, before anything is read. Raises ConfigError, UsageError."""
        self.sides = sides
        for side in sides:
            if side.kind is SideKind.SCHEMA:
                self.datamodel = self.datamodel or self._datamodel(side.value)
        if self.datamodel is None and self.places is not None:
            self.datamodel = self._datamodel(None)
        named = [d for side in sides if (d := self._named_dialect(side)) is not None]
        wanted = named[0] if named else self._project_dialect
        dialects = [*named, *(target_of(self._url(side), wanted)[0] for side in sides if side.kind in _URLS)]
        if not dialects:
            raise UsageError(
                "PAR601", "neither side says which database is meant", hint="name a schema, a folder or a URL"
            )
        if any(d.name != dialects[0].name for d in dialects):
            raise UsageError(
                "PAR602",
                f"the two sides are of different databases: {' and '.join(sorted({d.name for d in dialects}))}",
            )
        self.dialect = dialects[0]

    def read(self, side: Side) -> ReadSide:
        """The schema of a side."""
        dialect = self.dialect
        assert dialect is not None
        match side.kind:
            case SideKind.EMPTY:
                return ReadSide(EMPTY, is_wish=False)
            case SideKind.SCHEMA:
                datamodel = self._datamodel(side.value)
                return ReadSide(lower(datamodel, dialect), is_wish=True, says_conditions=datamodel.says_conditions)
            case SideKind.MIGRATIONS:
                return ReadSide(self._replayed(side.value, dialect), is_wish=False)
            case SideKind.URL | SideKind.ENV:
                _, target = target_of(self._url(side), dialect)
                with connected(dialect, target) as session:
                    return ReadSide(dialect.driver.introspect(session, self._namespaces), is_wish=False)

    def in_the_databases_words(self, schema: Schema, *others: Side) -> Schema:
        """`schema` with its expressions as the database prints them, where the other side is a database's."""
        dialect = self.dialect
        assert dialect is not None
        if all(side.kind in (SideKind.EMPTY, SideKind.SCHEMA) for side in others):
            return schema
        if not any(has_texts(table) for table in schema.tables):
            return schema  # And so whoever may only read needs no scratch database.
        with open_scratch(self._scratch_wish(dialect, *others)) as session:
            return canonicalise(schema, session, dialect)

    @property
    def _namespaces(self) -> tuple[str, ...]:
        source = self.datamodel.datasource if self.datamodel is not None else None
        return source.schemas if source is not None else ()

    @property
    def _project_dialect(self) -> Dialect | None:
        """The schema file's dialect, which tells what a URL means that could be of several."""
        source = self.datamodel.datasource if self.datamodel is not None else None
        known = source is not None and source.provider in provider_names()
        return dialect_for_provider(source.provider) if source is not None and known else None

    def _named_dialect(self, side: Side) -> Dialect | None:
        """The dialect that a side names by its provider; None where it names none."""
        match side.kind:
            case SideKind.EMPTY | SideKind.URL | SideKind.ENV:
                return None
            case SideKind.SCHEMA:
                return self._provider_dialect(self._datamodel(side.value), side.value)
            case SideKind.MIGRATIONS:
                provider = read_folder(self._path(side.value)).provider
                if provider is not None:
                    return dialect_for_provider(provider)
                return None if self.datamodel is None else self._provider_dialect(self.datamodel, "the schema")

    def _provider_dialect(self, datamodel: Datamodel, name: str) -> Dialect:
        if datamodel.datasource is None:
            raise ConfigError("PAR123", f"{name} has no datasource block", hint="add one that names the provider")
        return dialect_for_provider(datamodel.datasource.provider)

    def _url(self, side: Side) -> FoundUrl:
        if side.kind is SideKind.ENV:
            return url_of_variable(side.value, self.environment, self._schema_folder)
        return FoundUrl(side.value, "the command line", self.request.working_folder)

    @property
    def _schema_folder(self) -> Path:
        return self.request.working_folder if self.places is None else self.places.schema_folder

    def _path(self, value: str) -> Path:
        return self.request.working_folder / value

    def _datamodel(self, value: str | None) -> Datamodel:
        from parity.psl import parse

        path = self._path(value) if value is not None else self.places.schema if self.places is not None else None
        assert path is not None
        if path in self.parsed:
            return self.parsed[path]
        if not path.exists():
            raise ConfigError("PAR121", f"the schema {value} doesn't exist")
        sources = read_sources(path, show=str if self.places is None else self.places.show)
        datamodel, diagnostics = parse(sources)
        if any(d.severity == "error" for d in diagnostics):
            raise SchemaInvalid(diagnostics, tuple(sources))
        self.parsed[path] = datamodel
        return datamodel

    def _replayed(self, value: str, dialect: Dialect) -> Schema:
        path = self._path(value)
        if not path.is_dir():
            raise ConfigError("PAR124", f"the migrations folder {value} doesn't exist")
        folder = read_folder(path)
        check_provider(folder, dialect.name, dialect.aliases)
        with open_past(self._scratch_wish(dialect), self._namespaces) as past:
            return past.schema(folder.migrations)

    def _scratch_wish(self, dialect: Dialect, *others: Side) -> ScratchWish:
        datasource = self.datamodel.datasource if self.datamodel is not None else None
        arguments = (datasource, self.environment, self.request.working_folder, self._schema_folder)
        cache = cache_folder(self.request.environ)
        shadow = find_shadow_url(self.request.shadow_url, self.settings, *arguments)
        if shadow is not None:
            found, target = target_of(shadow, dialect)
            check_same_database_kind(found, dialect, shadow.origin)
            return ScratchWish(dialect, None, target, cache, self._real(dialect))
        if dialect.capabilities.scratch_is_file:
            return ScratchWish(dialect, None, cache=cache)
        private = private_servers(self.request.environ)
        return ScratchWish(dialect, self._main(dialect, *others), cache=cache, private=private, tell=self.request.tell)

    def _main(self, dialect: Dialect, *others: Side) -> Target:
        """The database that a side names, else the project's own. Raises ConfigError."""
        for side in others:
            if side.kind in _URLS:
                return target_of(self._url(side), dialect)[1]
        datasource = self.datamodel.datasource if self.datamodel is not None else None
        folder = self.request.working_folder
        main = find_url(self.request.url, self.settings, datasource, self.environment, folder, self._schema_folder)
        return target_of(main, dialect)[1]

    def _real(self, dialect: Dialect) -> tuple[Target, ...]:
        """What the scratch database mustn't be: the databases of the sides, and the project's own."""
        found = [target_of(self._url(side), dialect)[1] for side in self.sides if side.kind in _URLS]
        with suppress(ConfigError):
            found.append(self._main(dialect))
        return tuple(found)


def side_reader(request: Request) -> SideReader:
    """A reader for a command run in the request's folder. A project around it is used where there is one."""
    settings = read_settings(request.working_folder)
    places: Places | None
    try:
        places = locate(settings, request.working_folder, request.schema)
    except ConfigError:
        if request.schema is not None:
            raise
        # A diff between two named things needs no project around it.
        places = None
    folders = (request.working_folder,) if places is None else (places.schema_folder, places.root)
    environment = read_environment(request.environ, folders, request.working_folder if places is None else places.root)
    return SideReader(request, settings, environment, places)
