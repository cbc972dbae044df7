"""A guard against programs that empty a database because a model thought of it: somebody must have agreed.

Prisma's engine has the same one, and the same variable lifts it. It knows such programs by what they set in the
environment of the commands that they run.
"""

from __future__ import annotations

from collections.abc import Mapping

from parity.dialects.base import Target
from parity.errors import Refused

CONSENT = "PRISMA_USER_CONSENT_FOR_DANGEROUS_AI_ACTION"
_SETS_IT = {
    "CLAUDECODE": "Claude Code",
    "GEMINI_CLI": "Gemini CLI or Qwen Code",
    "CURSOR_AGENT": "Cursor",
    "REPLIT_CLI": "Replit",
}
"""Variables that are set at all, whatever to."""
_SETS_IT_TO = {("OR_APP_NAME", "Aider"): "Aider", ("CODEX_SANDBOX", "seatbelt"): "Codex CLI"}


def refuse_without_consent(environ: Mapping[str, str], target: Target) -> None:
    """Raise Refused PAR326 where such a program wants `target` emptied and says of nobody that he agreed.

    The variable counts in the real environment alone: a file would agree for all times.
    """
    agent = _agent(environ)
    if agent is None or environ.get(CONSENT):
        return
    raise Refused(
        "PAR326",
        f"all of {target.display} would be lost, and {agent} runs this command: the user has to agree first",
        why="nothing of it can be got back, and whether this is a database of somebody's own or production, only the "
        "user knows",
        hint="tell the user which command this is, what it destroys and why it is wanted, and ask; with a clear yes to "
        f"this question, run it again with {CONSENT} set to the words of the answer",
    )


def _agent(environ: Mapping[str, str]) -> str | None:
    """The program that runs the command, where it is one of those."""
    found = [name for variable, name in _SETS_IT.items() if environ.get(variable)]
    found += [name for (variable, value), name in _SETS_IT_TO.items() if environ.get(variable) == value]
    return found[0] if found else None
