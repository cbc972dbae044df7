"""Reading a large schema file beside Prisma's own: `validate` and `format` as whole processes, `lint` inside one.

Prisma's command line comes from npm (`PARITY_PRISMA`, default .prisma-cli) and its validator from the referee's folder
(`PARITY_ORACLE`, default .referee); `make bench-prisma` installs both. Without them nothing is compared, which is said.
"""

from __future__ import annotations

import json
import os
import shutil
import subprocess
import sys
import tempfile
import time
from pathlib import Path
from statistics import median

from measure import Command, Promise, environment, print_table, seconds_in_turns

from parity.psl import parse

ROOT = Path(__file__).resolve().parent.parent
MODELS = 1000
PROCESS_MOST, LINT_MOST = 0.4, 2.5


def bench(rounds: int) -> list[Promise]:
    """The ratios of wall times."""
    prisma = Path(os.environ.get("PARITY_PRISMA", ROOT / ".prisma-cli")).resolve() / "node_modules" / ".bin" / "prisma"
    referee = Path(os.environ.get("PARITY_ORACLE", ROOT / ".referee")).resolve()
    if not (shutil.which("node") and prisma.exists() and (referee / "node_modules").is_dir()):
        print("  NOT COMPARED: node, Prisma's command line or the referee isn't there (see make bench-prisma)")
        return []
    text = schema(MODELS)
    print(f"  {MODELS} models, {text.count(chr(10))} lines, {len(text) // 1024} KB")
    with tempfile.TemporaryDirectory() as folder:
        file = Path(folder) / "schema.prisma"
        file.write_text(text)
        promises = _processes(str(file), str(prisma), max(3, rounds // 3))
    return [*promises, _inside(text, referee, max(5, rounds // 2))]


def _processes(file: str, prisma: str, rounds: int) -> list[Promise]:
    parity = str(Path(sys.executable).parent / "parity")
    # The migration engine isn't needed for these two commands, but looked for, and would be downloaded.
    os.environ |= {"PRISMA_SCHEMA_ENGINE_BINARY": "/bin/true", "CHECKPOINT_DISABLE": "1"}
    commands: dict[str, Command] = {}
    for name in ("validate", "format"):
        commands[f"prisma {name}"] = (prisma, name, "--schema", file)
        commands[f"parity {name}"] = (parity, name, file)
    seconds = seconds_in_turns(commands, rounds)
    print_table(seconds, "prisma validate")
    return [
        Promise(f"language: parity {n} / prisma {n}", seconds[f"parity {n}"] / seconds[f"prisma {n}"], PROCESS_MOST)
        for n in ("validate", "format")
    ]


def _inside(text: str, referee: Path, rounds: int) -> Promise:
    """Parse, resolve and validate here, and the referee's `lint` in its own process, in turns; both are warm."""
    question = (json.dumps({"op": "lint", "schema": text}) + "\n").encode()
    command = ["node", str(ROOT / "tests" / "conformance" / "psl_referee.mjs"), str(referee)]
    taken: dict[str, list[float]] = {"referee's lint": [], "parity.psl.parse": []}
    with subprocess.Popen(command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, env=environment()) as process:
        assert process.stdin is not None
        assert process.stdout is not None
        for number in range(rounds + 3):
            begin = time.perf_counter()
            process.stdin.write(question)
            process.stdin.flush()
            assert b'"result"' in process.stdout.readline()
            between = time.perf_counter()
            parse(text)
            end = time.perf_counter()
            if number >= 3:
                taken["referee's lint"].append(between - begin)
                taken["parity.psl.parse"].append(end - between)
        process.stdin.close()
    seconds = {name: median(times) for name, times in taken.items()}
    print_table(seconds, "referee's lint")
    return Promise(
        "language: parity.psl.parse / the referee's lint",
        seconds["parity.psl.parse"] / seconds["referee's lint"],
        LINT_MOST,
    )


def schema(models: int) -> str:
    """A valid schema of many models, each with a relation, keys, indexes, native types and an enum."""
    blocks = ['datasource db {\n  provider = "postgresql"\n}\n']
    blocks += [f'enum Kind{n} {{\n  A\n  B\n  C @map("see")\n\n  @@map("kind_{n}")\n}}\n' for n in range(models // 10)]
    for n in range(models):
        before = f"  parentId Int\n  parent Table{n - 1} @relation(fields: [parentId], references: [id])\n" if n else ""
        behind = f"  children Table{n + 1}[]\n" if n < models - 1 else ""
        blocks.append(
            f"model Table{n} {{\n"
            "  id Int @id @default(autoincrement())\n"
            '  createdAt DateTime @default(now()) @map("created_at")\n'
            "  updatedAt DateTime @updatedAt\n"
            "  email String @unique @db.VarChar(255)\n"
            "  name String?\n"
            "  score Float @default(1.5)\n"
            "  amount Decimal @default(0) @db.Decimal(10, 2)\n"
            f"  kind Kind{n // 10} @default(A)\n"
            "  active Boolean @default(true)\n"
            "  /// anything else\n"
            f"  data Json?\n{before}{behind}\n"
            "  @@unique([name, kind])\n"
            "  @@index([name])\n"
            "  @@index([createdAt, score])\n"
            f'  @@map("table_{n}")\n}}\n'
        )
    return "\n".join(blocks)
