"""What `migrate deploy` says whether it runs or only plans."""

from __future__ import annotations

from parity.cli.output import tell
from parity.workflow.another_past import AnotherPast


def tell_another_past(past: AnotherPast) -> None:
    """A warning for each way in which the folder isn't what was applied."""
    for sentence in past.sentences:
        tell(f"Warning: {sentence}", color="yellow")
    if past.sentences:
        tell("  `parity migrate status` says what can be done about it")


def another_past_value(past: AnotherPast) -> dict[str, object]:
    """The same for `--json`."""
    return {
        "edited": [name for name, _ in past.edits],
        "edits": [{"name": name, "edit": edit.value} for name, edit in past.edits],
        "outOfOrder": list(past.out_of_order),
        "missing": list(past.missing),
        "sameNumber": [{"name": name, "sameNumberAs": other} for name, other in past.same_number],
    }
