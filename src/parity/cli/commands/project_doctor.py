"""`parity doctor`."""

from __future__ import annotations

import click

from parity.cli.options import json_option, make_request, schema_option
from parity.cli.output import say, say_json, tell
from parity.counting import counted
from parity.platforms.findings.finding import Finding
from parity.workflow.project_doctor import Examined, examine

EXIT_FOUND = 2


@click.command(short_help="Find what is wrong in the way the project is deployed.")
@schema_option
@json_option
def doctor(schema: str | None, as_json: bool) -> int:
    """Look at the project's files for mistakes of deployments, and say how to mend each.

    Read are .do/app.yaml, Procfile, Dockerfiles and what they call, files of Docker Compose, workflows of GitHub,
    package.json, the packages, .env, the schema file and the names of the migrations. Nothing is connected to, and
    nothing is run but git, which is asked for its list of files. What became of a failed migration on a database is
    told by `parity migrate doctor`.

    Exit code 0 nothing found, 2 something found, 1 a file that can't be read.
    """
    found = examine(make_request(schema))
    if as_json:
        say_json(_value(found))
    else:
        _show(found)
    return EXIT_FOUND if found.findings else 0


def _show(found: Examined) -> None:
    for finding in found.findings:
        say(f"{_place(finding)}: {finding.code}: {finding.what}", color="yellow")
        say(f"    Why: {finding.why}")
        say(f"    Fix: {finding.fix}")
        say()
    for line in found.unchecked:
        tell(f"Not checked: {line}")
    if found.findings:
        say(f"Found {counted(len(found.findings), 'mistake')}.")
    elif found.files:
        say(f"Nothing is wrong in {', '.join(found.files)}", color="green")
    else:
        say("Nothing is wrong; no file says where this project is deployed.", color="green")


def _place(finding: Finding) -> str:
    return f"{finding.file}:{finding.line}" if finding.line else finding.file


def _value(found: Examined) -> dict[str, object]:
    return {
        "findings": [
            {
                "code": finding.code,
                "file": finding.file,
                "line": finding.line or None,
                "what": finding.what,
                "why": finding.why,
                "fix": finding.fix,
            }
            for finding in found.findings
        ],
        "files": list(found.files),
        "unchecked": list(found.unchecked),
    }
