"""Scratch databases: getting one, and replaying migrations on it."""

from __future__ import annotations

from collections.abc import Callable, Iterator, Sequence
from contextlib import AbstractContextManager, ExitStack, closing, contextmanager, suppress
from pathlib import Path

from msgspec import Struct

from parity.dialects.base import Dialect, Keeping, Session, Target
from parity.errors import ConnectionFailed, DatabaseError, HistoryError, ParityError
from parity.execute.cache import Cache
from parity.execute.progress import Progress
from parity.execute.runner import plan_script, run_plan
from parity.migrations.folder import Migration


class ScratchWish(Struct, frozen=True):
    """Which scratch database to use: the one that `shadow` names, or a new one on the server of `main`.

    `main` is None where no database is at hand: enough for databases that are files. `real` are those that `shadow`
    mustn't be, as far as they are known. `cache` is the folder for what
    saves time, None for nowhere. With `private`, a server is started for it where none may be made on that of `main`,
    which `tell` is told.
    """

    dialect: Dialect
    main: Target | None
    shadow: Target | None = None
    cache: Path | None = None
    real: tuple[Target, ...] = ()
    private: bool = True
    tell: Callable[[str], None] = lambda line: None


@contextmanager
def open_scratch(
    wish: ScratchWish,
    main_session: Session | None = None,
    keeping: Keeping | None = None,
    *,
    private_for: ConnectionFailed | None = None,
) -> Iterator[Session]:
    """A session on an empty scratch database, which is gone (or empty again) afterwards.

    With `keeping` it begins as, and is kept as, what that says, where the dialect can do so and `shadow` names none.
    With `private_for`, the reason, it is on a server of our own; raises that where none is to be had.
    Raises HistoryError PAR220 where `shadow` turns out to be the database of `main_session`, or the real one.
    """
    driver = wish.dialect.driver
    if private_for is not None:
        with _on_private_server(wish, private_for) as session:
            yield session
        return
    if wish.shadow is None:
        shelf = driver.shelf
        made = driver.scratch(wish.main) if keeping is None or shelf is None else shelf.scratch(wish.main, keeping)
        with ExitStack() as stack:
            yield _made(wish, made, stack)
        return
    _refuse_same(wish, wish.shadow, main_session)
    with driver.empty_scratch(wish.shadow) as session:
        yield session


def _made(wish: ScratchWish, made: AbstractContextManager[Session], stack: ExitStack) -> Session:
    try:
        return stack.enter_context(made)
    except ConnectionFailed as error:
        if error.code != "P3014":
            raise
        return stack.enter_context(_on_private_server(wish, error))


def _on_private_server(wish: ScratchWish, cause: ConnectionFailed) -> AbstractContextManager[Session]:
    private = wish.dialect.driver.private_scratch
    if private is None or wish.main is None or wish.shadow is not None or not wish.private:
        raise cause
    return private(wish.main, wish.tell, cause, Cache(wish.cache))


def _refuse_same(wish: ScratchWish, shadow: Target, main_session: Session | None) -> None:
    """Ask the servers which databases they are: two URLs of one may look quite different."""
    driver = wish.dialect.driver
    with ExitStack() as stack:
        sessions = [] if main_session is None else [main_session]
        for target in wish.real if main_session is None else ():
            # What can't be reached isn't the one that can.
            with suppress(DatabaseError):
                sessions.append(stack.enter_context(closing(driver.connect(target))))
        if not sessions:
            return
        try:
            probe = stack.enter_context(closing(driver.connect(shadow)))
        except ConnectionFailed as error:
            if error.code == "P1003":
                return  # It is made, or missed, where it is used.
            raise
        for session in sessions:
            if driver.same_database(probe, session):
                raise HistoryError(
                    "PAR220",
                    "the scratch database is the main database",
                    why=f"the URL from {shadow.source} leads to the same database as {session.target.display}",
                    hint="name another, empty database, or leave it out: one is made and dropped for you",
                )


def replay(
    session: Session,
    dialect: Dialect,
    migrations: Sequence[Migration],
    *,
    on_start: Callable[[str], None] | None = None,
) -> None:
    """Run the scripts of `migrations` in order, but for what is of the whole server: it serves others as well.

    Raises HistoryError P3006 naming the one that doesn't apply.
    """
    for migration in migrations:
        if on_start is not None:
            on_start(migration.name)
        try:
            run_plan(session, dialect, Progress(plan_script(migration.sql, dialect).of_database))
        except DatabaseError as error:
            raise HistoryError(
                "P3006",
                f"migration {migration.name} doesn't apply to an empty database: {error.message}",
                why=error.why,
                hint="mend its migration.sql so that the folder can be replayed from the start",
            ) from error
        except ParityError as error:
            error.message = f"migration {migration.name}: {error.message}"
            raise
