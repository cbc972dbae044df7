"""PAR801: nothing in the deployment applies the migrations."""

from __future__ import annotations

from collections.abc import Iterator

from parity.platforms.deployment import Role
from parity.platforms.findings.finding import Finding, Seen


def find(seen: Seen) -> Iterator[Finding]:
    """One finding, at the first platform, where no command but those of trials migrates."""
    platforms = seen.deployment.platforms
    if not platforms or any(run.command.role is not Role.TRIAL for run in seen.migrating):
        return
    first = platforms[0]
    names = ", ".join(dict.fromkeys(platform.name for platform in platforms))
    yield Finding(
        "PAR801",
        first.file,
        first.line,
        f"the deployment ({names}) never applies the migrations",
        "new code then starts on the old schema; no command of it runs parity migrate deploy, or Prisma's",
        f"{_FIXES[first.name]}",
    )


_FIXES = {
    "App Platform": "`parity init --platform digitalocean` adds a job that migrates before each deployment",
    "Heroku": "`parity init --platform heroku-procfile` adds the line `release:`",
    "Docker": "`parity init --platform docker` makes an entrypoint that migrates first",
    "Docker Compose": "`parity init --platform docker` makes an entrypoint that migrates first",
    "GitHub Actions": "`parity init --platform github-actions` makes a workflow that migrates what is merged",
    "npm": "run `parity migrate deploy` in front of the build, or of the start",
}
