"""What nearly every use case starts with: the project that the command means, its schema, its database."""

from __future__ import annotations

from collections.abc import Callable, Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING

from msgspec import Struct
from msgspec.structs import replace

from parity.diagnostics import SourceFile
from parity.dialects.base import Dialect, Session, Target
from parity.dialects.registry import dialect_for_provider, provider_names
from parity.errors import ConfigError, ConnectionFailed, SchemaInvalid
from parity.migrations.folder import MigrationsFolder, check_provider, read_folder
from parity.project.environment import Environment, read_environment
from parity.project.locate import Places, locate
from parity.project.settings import Settings, read_settings
from parity.project.urls import check_same_database_kind, find_shadow_url, find_url, target_of
from parity.psl.model import Datamodel
from parity.psl.sources import read_sources
from parity.workflow.interaction import Interaction
from parity.workflow.request import Request

if TYPE_CHECKING:
    from parity.execute.scratch import ScratchWish
    from parity.psl import Parsed


class Project(Struct, frozen=True):
    """A project with a valid schema file.

    Until it is `whole`, the datamodel may hold the datasource and the generators alone.
    """

    request: Request
    settings: Settings
    places: Places
    environment: Environment
    datamodel: Datamodel
    dialect: Dialect
    sources: tuple[SourceFile, ...]
    is_whole: bool

    def whole(self) -> Project:
        """With its models. Raises SchemaInvalid with all mistakes of the schema files."""
        if self.is_whole:
            return self
        from parity.psl import parse

        return replace(self, datamodel=_valid(parse(self.sources), self.sources), is_whole=True)

    @property
    def namespaces(self) -> tuple[str, ...]:
        """The namespaces that the datasource lists; () for the connection's default one."""
        return self.datamodel.datasource.schemas if self.datamodel.datasource is not None else ()

    def target(self) -> Target:
        """The database that the command means. Raises ConfigError."""
        found = find_url(
            self.request.url,
            self.settings,
            self.datamodel.datasource,
            self.environment,
            self.request.working_folder,
            self.places.schema_folder,
        )
        dialect, target = target_of(found, self.dialect)
        check_same_database_kind(dialect, self.dialect, found.origin)
        return target

    def shadow_target(self) -> Target | None:
        """The scratch database that the user names, or None. Raises ConfigError."""
        found = find_shadow_url(
            self.request.shadow_url,
            self.settings,
            self.datamodel.datasource,
            self.environment,
            self.request.working_folder,
            self.places.schema_folder,
        )
        if found is None:
            return None
        dialect, target = target_of(found, self.dialect)
        check_same_database_kind(dialect, self.dialect, found.origin)
        return target

    def scratch_wish(self, tell: Callable[[str], None] | None = None) -> ScratchWish:
        """Where to make a scratch database. `tell` hears of it where that isn't the usual place."""
        from parity.execute.scratch import ScratchWish
        from parity.project.cache_folder import cache_folder
        from parity.project.private_servers import private_servers

        shadow = self.shadow_target()
        needs_server = shadow is None and not self.dialect.capabilities.scratch_is_file
        main = self.target() if needs_server else None
        environ = self.request.environ
        heard = tell or self.request.tell
        real = () if shadow is None else self._known_target()
        return ScratchWish(self.dialect, main, shadow, cache_folder(environ), real, private_servers(environ), heard)

    def _known_target(self) -> tuple[Target, ...]:
        try:
            return (self.target(),)
        except ConfigError:
            return ()

    def migrations(self) -> MigrationsFolder:
        """The migrations folder; empty where it isn't there yet. Raises MigrationsInvalid, ConfigError P3019."""
        folder = read_folder(self.places.migrations)
        check_provider(folder, self.dialect.name, self.dialect.aliases)
        return folder


def open_project(request: Request, *, config_only: bool = False, models_later: bool = False) -> Project:
    """Find and read the project. Raises ConfigError; SchemaInvalid with all mistakes of the schema files.

    With `config_only` the datamodel holds no models, and mistakes in them don't matter: a deployment needs to know
    which database is meant, and nothing else of the schema files. With `models_later` it holds none until `whole` is
    asked for; where the configuration has mistakes, those of the models are told with them.
    """
    from parity.psl import parse, parse_config

    try:
        settings = read_settings(request.working_folder)
        places = locate(settings, request.working_folder, request.schema)
        environment = _environment(request, places)
        sources = read_sources(places.schema, show=places.show)
    except PermissionError as error:
        hint = "give this user the right to read the project and to look into its folders"
        raise ConfigError("PAR110", f"can't read {error.filename}", why=error.strerror, hint=hint) from error
    is_whole = not (config_only or models_later)
    parsed = (parse if is_whole else parse_config)(sources)
    if models_later and parsed.has_errors:
        parsed = parse(sources)
    datamodel = _valid(parsed, sources)
    if datamodel.datasource is None:
        raise ConfigError(
            "PAR123",
            f"{places.show(places.schema)} has no datasource block",
            why="without its provider nobody knows which database is meant",
            hint=f'add the three lines: datasource db {{ · provider = "{provider_names()[0]}" · }}',
        )
    dialect = dialect_for_provider(datamodel.datasource.provider)
    return Project(request, settings, places, environment, datamodel, dialect, sources, is_whole)


def _valid(parsed: Parsed, sources: tuple[SourceFile, ...]) -> Datamodel:
    if parsed.has_errors:
        raise SchemaInvalid(parsed.diagnostics, sources)
    return parsed.datamodel


def _environment(request: Request, places: Places) -> Environment:
    folders = (places.schema_folder, places.root, request.working_folder)
    return read_environment(request.environ, folders, places.root)


@contextmanager
def connected(dialect: Dialect, target: Target, *, by_transaction: bool = False) -> Iterator[Session]:
    """A session, closed at the end. Raises ConnectionFailed.

    With `by_transaction` it may be one of which nothing lasts from one transaction to the next.
    """
    session = dialect.driver.connect(replace(target, by_transaction=by_transaction))
    try:
        yield session
    finally:
        session.close()


@contextmanager
def connected_or_created(
    dialect: Dialect,
    target: Target,
    interaction: Interaction,
    *,
    create: bool,
    ask: bool = True,
    by_transaction: bool = False,
) -> Iterator[Session]:
    """As `connected`. A missing database is made: at once for files or with `create`, else `ask` asks whether to."""
    target = replace(target, by_transaction=by_transaction)
    try:
        session = dialect.driver.connect(target)
    except ConnectionFailed as error:
        if error.code != "P1003":
            raise
        wanted = create or dialect.capabilities.scratch_is_file
        if not wanted and ask:
            question = f"The database {target.display} doesn't exist. Create it?"
            wanted = interaction.confirm(question, flag="--create-database")
        if not wanted:
            error.hint = "create it, or run this command with --create-database"
            raise
        dialect.driver.create_database(target)
        interaction.progress(f"Created the database {target.display}")
        session = dialect.driver.connect(target)
    try:
        yield session
    finally:
        session.close()
