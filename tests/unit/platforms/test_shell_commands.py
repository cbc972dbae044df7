"""Which shell commands run Parity or Prisma."""

from __future__ import annotations

import pytest

from parity.platforms.commands import Call, Invocation, read_commands


def told(text: str) -> list[str]:
    """Each as `line: program words`, `line: call kind name`."""
    lines = []
    for found in read_commands(text):
        match found:
            case Invocation(program, arguments, line, runner, version):
                by = "" if runner is None else f"{runner} "
                lines.append(f"{line}: {by}{program}{f'@{version}' if version else ''} {' '.join(arguments)}")
            case Call(kind, name, line):
                lines.append(f"{line}: {kind} {name}")
    return lines


@pytest.mark.parametrize(
    ("text", "expected"),
    [
        ("parity migrate deploy", ["1: parity migrate deploy"]),
        ("A=1 B='x y' exec parity migrate deploy", ["1: parity migrate deploy"]),
        ("a && parity migrate deploy; b || prisma db push | tee x", ["1: parity migrate deploy", "1: prisma db push"]),
        ("npx --yes prisma@6.1.0 migrate deploy", ["1: npx prisma@6.1.0 migrate deploy"]),
        ("npx -p prisma@6 prisma migrate deploy", ["1: npx prisma migrate deploy"]),
        ("pnpm dlx prisma migrate deploy", ["1: pnpm dlx prisma migrate deploy"]),
        ("pnpm prisma migrate deploy", ["1: pnpm prisma migrate deploy"]),
        ("yarn run prisma migrate deploy", ["1: yarn run prisma migrate deploy"]),
        ("poetry run parity migrate deploy", ["1: poetry run parity migrate deploy"]),
        ("python3 -m parity migrate deploy", ["1: python3 -m parity migrate deploy"]),
        ("dotenv -e .env -- npx prisma migrate deploy", ["1: npx prisma migrate deploy"]),
        ("./node_modules/.bin/prisma migrate deploy", ["1: prisma migrate deploy"]),
        ("timeout 60 parity migrate deploy", ["1: parity migrate deploy"]),
        ("wait-for db:5432 -t 9 -- parity migrate deploy", ["1: parity migrate deploy"]),
        ("docker compose run --rm web npx prisma migrate deploy", ["1: npx prisma migrate deploy"]),
        ("ssh host 'cd app && parity migrate deploy'", ["1: parity migrate deploy"]),
        ("sh -ec 'parity migrate deploy && serve'", ["1: parity migrate deploy"]),
        ("x=$(parity migrate status)", ["1: parity migrate status"]),
        ("if ! parity migrate deploy; then exit 1; fi", ["1: parity migrate deploy"]),
        ("set -e\n\nparity migrate \\\n  deploy\nprisma db seed", ["3: parity migrate deploy", "5: prisma db seed"]),
        (
            "npm run db:migrate && npm start && yarn build",
            ["1: script db:migrate", "1: script start", "1: script build"],
        ),
        ("npm ci && yarn install && pnpm add x && npm run", []),
        ("make -s release", ["1: make release"]),
        ("bash -x scripts/go.sh now && ./bin/go.sh", ["1: file scripts/go.sh", "1: file ./bin/go.sh"]),
        ("node --enable-source-maps dist/main.js", ["1: file dist/main.js"]),
        ("echo parity migrate deploy; printf 'prisma db push'", []),
        ("# parity migrate deploy\n  # prisma db push", []),
        ("true # parity migrate deploy", []),
        ("prismatic migrate deploy; parity-check migrate deploy", []),
        ("echo 'it''s\nparity migrate deploy", ["2: parity migrate deploy"]),
        ("", []),
        ("&& ; | \\", []),
    ],
)
def test_what_a_text_runs(text: str, expected: list[str]) -> None:
    assert told(text) == expected


@pytest.mark.parametrize(
    ("text", "deploys"),
    [
        ("parity migrate deploy --lock-timeout 300", True),
        ("prisma migrate deploy --schema x", True),
        ("parity migrate deploy --plan", False),
        ("parity migrate deploy --help", False),
        ("parity migrate status", False),
    ],
)
def test_what_applies_migrations(text: str, deploys: bool) -> None:
    (found,) = read_commands(text)
    assert isinstance(found, Invocation)
    assert found.deploys_migrations is deploys
