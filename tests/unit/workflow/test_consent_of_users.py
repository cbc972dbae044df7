"""Which surroundings mean that a coding agent runs a command, and what lets it go on."""

import pytest

from parity.dialects.base import Target
from parity.errors import Refused
from parity.workflow.consent import CONSENT, refuse_without_consent

TARGET = Target("sqlite", "file:dev.db", "dev.db")


@pytest.mark.parametrize(
    ("environ", "name"),
    [
        ({"CLAUDECODE": "1"}, "Claude Code"),
        ({"GEMINI_CLI": "1"}, "Gemini CLI or Qwen Code"),
        ({"CURSOR_AGENT": "1"}, "Cursor"),
        ({"REPLIT_CLI": "/bin/replit"}, "Replit"),
        ({"OR_APP_NAME": "Aider"}, "Aider"),
        ({"CODEX_SANDBOX": "seatbelt"}, "Codex CLI"),
    ],
)
def test_each_is_known_by_what_it_sets(environ, name):
    with pytest.raises(Refused) as caught:
        refuse_without_consent(environ, TARGET)
    assert (caught.value.code, caught.value.exit_code) == ("PAR326", 3)
    assert caught.value.message.startswith(f"all of file:dev.db would be lost, and {name} runs this command")
    refuse_without_consent({**environ, CONSENT: "yes, go on"}, TARGET)


@pytest.mark.parametrize("environ", [{}, {"CLAUDECODE": ""}, {"OR_APP_NAME": "Shop"}, {"CODEX_SANDBOX": ""}])
def test_people_are_not_asked(environ):
    refuse_without_consent(environ, TARGET)
