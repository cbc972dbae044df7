"""Which hazards of a plan are real on a live database: each one's question, asked there."""

from __future__ import annotations

from collections.abc import Iterable

from msgspec import Struct

from parity.dialects.base import Dialect, Session
from parity.errors import DatabaseError, Interrupted, LossesRefused, Refused
from parity.review.questions import question_sql
from parity.schema.steps import DataQuestion, DuplicateCount, Hazard, HazardLevel, MisfitCount, OrphanCount, ValueCount
from parity.workflow.interaction import Interaction


class Loss(Struct, frozen=True):
    """A hazard and the number of rows that it hits; None where it has no question, or the database can't answer it."""

    hazard: Hazard
    rows: int | None

    @property
    def is_real(self) -> bool:
        """Whether it can't be ruled out here."""
        return self.rows is None or self.rows > 0

    @property
    def stops(self) -> bool:
        """Whether the statement can't succeed on the rows that are there."""
        if isinstance(self.hazard.question, DuplicateCount | MisfitCount | OrphanCount | ValueCount) and self.rows:
            return True
        return self.hazard.level is HazardLevel.UNEXECUTABLE and self.is_real and not self.hazard.feasible

    @property
    def is_told(self) -> bool:
        """Whether a person hears of it: it is real, or Prisma's engine tells it whatever the rows are."""
        return self.is_real or self.hazard.always_told

    @property
    def sentence(self) -> str:
        """What a person is told, with the number of rows where it is known."""
        return self.hazard.told_with_rows(self.rows)


class Verdict(Struct, frozen=True):
    """The losses that are told, as sentences, each once: those that only warn, and those that can't succeed."""

    warnings: tuple[str, ...]
    unexecutable: tuple[str, ...]


def verdict(losses: Iterable[Loss]) -> Verdict:
    """What Prisma's engine says of the same change on the same database."""
    told = [loss for loss in losses if loss.is_told and not loss.hazard.beyond]
    stopping = HazardLevel.UNEXECUTABLE
    return Verdict(
        tuple(dict.fromkeys(loss.hazard.told(loss.rows) for loss in told if loss.hazard.level is not stopping)),
        tuple(dict.fromkeys(loss.hazard.told(loss.rows) for loss in told if loss.hazard.level is stopping)),
    )


def settle_losses(
    losses: tuple[Loss, ...],
    interaction: Interaction,
    *,
    what: str,
    accepted: bool,
    way_out: str,
    beyond: tuple[str, ...] = (),
) -> None:
    """Refuse what can't succeed; ask about what may be lost, unless that was accepted.

    `beyond` are more sentences of that. `way_out` says what to do about what can't succeed. Raises LossesRefused, and
    Interrupted for a no.
    """
    stops = [loss for loss in losses if loss.stops]
    real = [loss for loss in losses if loss.is_real and not loss.stops]
    warnings = (*_sentences(real), *beyond)
    if stops:
        raise LossesRefused(
            "PAR310",
            f"{what} can't succeed on the rows that are there",
            warnings,
            _sentences(stops),
            hint=f"{stops[0].hazard.hint}; or {way_out}" if stops[0].hazard.hint else way_out,
        )
    if not warnings or accepted:
        return
    told = (f"{what} may lose data:", *(f"  - {sentence}" for sentence in warnings))
    try:
        agreed = interaction.confirm("Go on?", flag="--accept-data-loss", told=told)
    except Refused as error:
        raise LossesRefused(
            "PAR321",
            f"{what} may lose data, and nobody can be asked here",
            warnings,
            (),
            hint="run it again with --accept-data-loss if that is meant",
        ) from error
    if not agreed:
        raise Interrupted("PAR130", "nothing was changed")


def _sentences(losses: Iterable[Loss]) -> tuple[str, ...]:
    """What a person is told, each sentence once: where several columns hold what goes, with all of their rows."""
    found: dict[str, Loss] = {}
    for loss in losses:
        known = found.setdefault(loss.hazard.reason, loss)
        if known is not loss and known.rows is not None and loss.rows is not None:
            found[loss.hazard.reason] = Loss(known.hazard, known.rows + loss.rows)
    return tuple(loss.sentence for loss in found.values())


def ask_losses(session: Session, dialect: Dialect, hazards: Iterable[Hazard]) -> tuple[Loss, ...]:
    """Ask each hazard's question, each question once."""
    answers: dict[DataQuestion, int | None] = {}
    losses = []
    for hazard in hazards:
        question = hazard.question
        if question is not None and question not in answers:
            answers[question] = count_rows(session, dialect, question)
        losses.append(Loss(hazard, None if question is None else answers[question]))
    return tuple(losses)


def count_rows(session: Session, dialect: Dialect, question: DataQuestion) -> int | None:
    """The answer to one question; None where the database can't give it."""
    try:
        if isinstance(question, MisfitCount):
            count = dialect.driver.count_misfits
            return None if count is None else count(session, question)
        rows = session.query(question_sql(question, dialect))
    except DatabaseError:
        # The table or column isn't there (any more): nothing can be lost, but nothing is proved either.
        return None
    value = rows[0][0]
    return value if isinstance(value, int) else int(str(value))
