"""What stands around a command that needs a database and no valid schema file: settings, environment, datasource."""

from __future__ import annotations

from msgspec import Struct

from parity.dialects.base import Dialect, Target
from parity.dialects.registry import dialect_for_provider, provider_names
from parity.errors import ConfigError
from parity.project.environment import Environment, read_environment
from parity.project.locate import Places, locate
from parity.project.settings import Settings, read_settings
from parity.project.urls import FoundUrl, check_same_database_kind, find_url, target_of
from parity.psl.model import Datasource
from parity.psl.sources import read_sources
from parity.workflow.request import Request


class Surroundings(Struct, frozen=True):
    """`places` and `datasource` are None where no schema file is found, and none was named."""

    request: Request
    settings: Settings
    environment: Environment
    places: Places | None
    datasource: Datasource | None

    def found_url(self) -> FoundUrl:
        """The URL that the command means. Raises ConfigError."""
        folder = self.request.working_folder
        schema_folder = folder if self.places is None else self.places.schema_folder
        return find_url(self.request.url, self.settings, self.datasource, self.environment, folder, schema_folder)

    def database(self) -> tuple[Dialect, Target]:
        """The database that the command means. `--url` may be of another kind than the datasource's."""
        found = self.found_url()
        wanted = self._datasource_dialect
        dialect, target = target_of(found, wanted)
        if self.request.url is None and wanted is not None:
            check_same_database_kind(dialect, wanted, found.origin)
        return dialect, target

    @property
    def _datasource_dialect(self) -> Dialect | None:
        known = self.datasource is not None and self.datasource.provider in provider_names()
        return dialect_for_provider(self.datasource.provider) if self.datasource is not None and known else None


def surroundings_of(request: Request) -> Surroundings:
    """Look around the request's folder. Mistakes in the schema file don't matter here, but for the datasource's."""
    settings = read_settings(request.working_folder)
    places: Places | None
    try:
        places = locate(settings, request.working_folder, request.schema)
    except ConfigError as error:
        if request.schema is not None or error.code != "PAR120":
            raise
        places = None
    root = settings.root if places is None else places.root
    folders = (*(() if places is None else (places.schema_folder,)), root, request.working_folder)
    environment = read_environment(request.environ, folders, root)
    return Surroundings(request, settings, environment, places, None if places is None else _datasource(places))


def _datasource(places: Places) -> Datasource | None:
    from parity.psl import parse

    datamodel, _ = parse(read_sources(places.schema, show=places.show))
    return datamodel.datasource
