"""`pytest --parity-check`: fails unless the migrations lead to what the schema file says, and parity.lock is theirs."""

from __future__ import annotations

from pathlib import Path

import pytest

from parity.errors import ParityError
from parity.testing.databases import project_of
from parity.workflow.check import check_folder
from parity.workflow.check_report import Outcome
from parity.workflow.context import open_project


class _Differs(Exception):
    """What was found, as text."""


class FolderCheck(pytest.Item):
    """The check, as a test among the others."""

    def runtest(self) -> None:
        """Compare."""
        try:
            checks = check_folder(open_project(project_of(self.config).request, models_later=True))
        except ParityError as error:
            raise _Differs("\n".join(filter(None, (f"{error.code}: {error.message}", error.why, error.hint)))) from None
        found = [finding for check in checks if check.outcome is not Outcome.SAME for finding in check.findings]
        if found:
            lines = (
                line for one in found for line in (f"{one.code}: {one.what}", *one.lines, f"To mend it: {one.fix}")
            )
            raise _Differs("\n".join(lines))

    def repr_failure(self, excinfo: pytest.ExceptionInfo[BaseException], style: object = None) -> str:
        """The finding alone."""
        if isinstance(excinfo.value, _Differs):
            return str(excinfo.value)
        return str(super().repr_failure(excinfo))

    def reportinfo(self) -> tuple[Path, None, str]:
        """How pytest names it."""
        return self.path, None, "parity-check"
