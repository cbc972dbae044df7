"""In which ways a folder isn't what was applied to a database: a sentence for each, with what to run about it."""

from __future__ import annotations

from msgspec import Struct

from parity.errors import HistoryError
from parity.execute.history import Edit, History, MigrationStatus
from parity.migrations.names import as_argument


class AnotherPast(Struct, frozen=True):
    """The migrations of which the folder isn't what was applied, by name; and a sentence for each."""

    edits: tuple[tuple[str, Edit], ...]
    out_of_order: tuple[str, ...]
    missing: tuple[str, ...]
    same_number: tuple[tuple[str, str], ...]
    sentences: tuple[str, ...]


def another_past(history: History) -> AnotherPast:
    """What there is to tell of a history in which nothing was renamed: with that, no deploy begins."""
    return AnotherPast(
        edits=tuple((status.name, status.edit or Edit.UNKNOWN) for status in history.edited),
        out_of_order=tuple(status.name for status in history.out_of_order),
        missing=tuple(status.name for status in history.missing),
        same_number=tuple((status.name, status.same_number or "") for status in history.same_number),
        sentences=sentences(history),
    )


_EDITED = {
    Edit.COMMENTS: "was edited after it was applied here: only comments or white space differ",
    Edit.SQL: "was edited after it was applied here: its SQL is another one",
    Edit.UNKNOWN: "was edited after it was applied here",
}


def edited(status: MigrationStatus) -> str:
    """What was edited, and how far that is known."""
    return f"{status.name} {_EDITED[status.edit or Edit.UNKNOWN]}"


def renamed(status: MigrationStatus) -> str:
    """From which name to which."""
    return f"{status.renamed_from} was renamed to {status.name} after it was applied here"


def out_of_order(status: MigrationStatus) -> str:
    """That it comes late."""
    return f"{status.name} sorts before a migration that was applied earlier"


def missing(status: MigrationStatus) -> str:
    """That the folder doesn't hold it."""
    return f"{status.name} is applied here, but not in the folder"


def same_number(status: MigrationStatus) -> str:
    """With which other one."""
    return f"{status.name} has the same number as {status.same_number}; the rest of their names decides which is first"


def sentences(history: History) -> tuple[str, ...]:
    """All that there is to say, without what to do about it."""
    return (
        *map(edited, history.edited),
        *map(renamed, history.renamed),
        *map(out_of_order, history.out_of_order),
        *map(missing, history.missing),
        *map(same_number, history.same_number),
    )


def ways_out(history: History) -> tuple[str, ...]:
    """What to run, in the order in which to do it."""
    ways = [f"parity migrate resolve --accept-rename {as_argument(status.name)}" for status in history.renamed]
    comments = [status for status in history.edited if status.edit is Edit.COMMENTS]
    ways += [f"parity migrate resolve --accept-edit {as_argument(status.name)}" for status in comments]
    ways += [
        f"restore {status.name} from version control; or, if the edit makes no difference to the schema, "
        f"parity migrate resolve --accept-edit {as_argument(status.name)}"
        for status in history.edited_sql
    ]
    if history.missing:
        ways.append("get the folder that was applied here; or, on a local database, parity migrate dev")
    return tuple(ways)


def refuse_renamed(history: History) -> None:
    """Raise HistoryError PAR503 where a migration would run a second time, under another name."""
    if not history.renamed:
        return
    one = len(history.renamed) == 1
    first = history.renamed[0]
    raise HistoryError(
        "PAR503",
        renamed(first) if one else f"{len(history.renamed)} migrations were renamed after they were applied here",
        why=f"{'it' if one else 'they'} would run a second time; nothing was changed",
        hint=f"`parity migrate resolve --accept-rename {as_argument(first.name)}` records the new name"
        + ("" if one else ", and so on for each of them")
        + "; or rename the folder back. If it is to run again, as a new migration, add a statement to it",
        details=() if one else tuple(map(renamed, history.renamed)),
        renames=tuple((status.renamed_from or "", status.name) for status in history.renamed),
    )


def refuse_another_past(history: History) -> None:
    """Raise HistoryError PAR502 where the SQL of migrations was edited, or they come too late."""
    lines = (*map(edited, history.edited_sql), *map(out_of_order, history.out_of_order))
    if lines:
        raise HistoryError(
            "PAR502",
            "the folder isn't what was applied to this database, and --strict is given; nothing was changed",
            why="other databases, made from the same folder, would come out differently",
            hint="restore an edited file from version control; give one that is out of order a later number, if it is"
            " applied nowhere yet; or deploy without --strict",
            details=lines,
        )
