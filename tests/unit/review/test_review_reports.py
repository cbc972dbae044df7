"""The whole review of a migration, as a value and as JSON."""

import json

import pytest

from parity.dialects.registry import dialect_for_provider
from parity.review.report import Review, review_migration, to_json, with_answers
from parity.review.transactions import Part, Transaction
from parity.schema.model import Column, Index, IndexColumn, Schema, Table
from parity.schema.steps import NonNullCount, RowCount
from parity.schema.types import Arity, ColumnType, ObjectName, TypeFamily

POSTGRES = """-- CreateEnum
CREATE TYPE "InvoiceState" AS ENUM ('DRAFT', 'PAID');

-- AlterTable
ALTER TABLE "users" DROP COLUMN "nickname", ADD COLUMN "phone" TEXT, ADD COLUMN "locale" TEXT NOT NULL DEFAULT 'de';

-- CreateTable
CREATE TABLE "team_roles" (
    "id" TEXT NOT NULL,
    "name" VARCHAR(80) NOT NULL,
    "rights" JSONB NOT NULL DEFAULT '{}',
    "limits" NUMERIC(12,2)[] DEFAULT ARRAY[]::NUMERIC(12,2)[],

    CONSTRAINT "team_roles_pkey" PRIMARY KEY ("id")
);

-- CreateIndex
CREATE UNIQUE INDEX "team_roles_name_key" ON "team_roles"("name");

-- AddForeignKey
ALTER TABLE "users" ADD CONSTRAINT "users_role_fkey" FOREIGN KEY ("role") REFERENCES "team_roles"("id");

DROP INDEX "users_nickname_idx";

-- rows that the system needs
INSERT INTO team_roles (id, name, rights) VALUES
('owner', 'Owner', '{"all": true}'::json),
('viewer', 'Viewer; read only', '{"all": false}'::json)
ON CONFLICT (id) DO NOTHING;

UPDATE users SET role = 'viewer' WHERE role IS NULL;
DROP TABLE legacy;
FROBNICATE users;
"""

SQLITE = """-- RedefineTables
PRAGMA defer_foreign_keys=ON;
PRAGMA foreign_keys=OFF;
CREATE TABLE "new_users" (
    "id" TEXT NOT NULL PRIMARY KEY,
    "phone" TEXT
);
INSERT INTO "new_users" ("id") SELECT "id" FROM "users";
DROP TABLE "users";
ALTER TABLE "new_users" RENAME TO "users";
PRAGMA foreign_keys=ON;
PRAGMA defer_foreign_keys=OFF;
INSERT OR IGNORE INTO "team_roles" VALUES ('owner', 1), ('viewer', 0);
"""

PARTS = (Part("INSERT INTO a", 2, 3, 4),)
TEXT = ColumnType(TypeFamily.STRING)


def users(namespace: str | None) -> Schema:
    columns = tuple(Column(name, TEXT, Arity.NULLABLE) for name in ("id", "role", "nickname"))
    index = Index("users_nickname_idx", (IndexColumn("nickname"),))
    return Schema(tables=(Table(ObjectName("users", namespace), columns, indexes=(index,)),))


def review(sql: str, provider: str, before: Schema | None) -> Review:
    dialect = dialect_for_provider(provider)
    statements = dialect.split(sql)
    whole = (Transaction("atomic", tuple(range(len(statements))), None, PARTS, "nothing of it stays"),)
    return review_migration("20250101000000_roles", statements, dialect, before=before, transactions=whole)


def test_a_migration_with_rows_added_by_hand_is_told_by_table() -> None:
    reviewed = review(POSTGRES, "postgresql", users("public"))
    reviewed = with_answers(reviewed, {NonNullCount(ObjectName("users", "public"), "nickname"): 3})
    assert to_json(reviewed) == {
        "version": 1,
        "migration": "20250101000000_roles",
        "tables": [
            {
                "table": "users",
                "namespace": None,
                "says": [
                    "drops 1 column of users: nickname",
                    "adds 2 columns to users: phone, locale",
                    "adds 1 foreign key to users: users_role_fkey",
                    "drops 1 index of users: users_nickname_idx",
                    "updates rows of users: role",
                ],
                "counts": {
                    "creates": 0, "adds": 3, "changes": 0, "drops": 2, "inserts": 0, "updates": 1, "deletes": 0,
                },
            },
            {
                "table": "team_roles",
                "namespace": None,
                "says": [
                    "creates table team_roles with 4 columns",
                    "creates 1 unique index on team_roles: team_roles_name_key",
                    "inserts 2 rows into team_roles",
                ],
                "counts": {
                    "creates": 1, "adds": 1, "changes": 0, "drops": 0, "inserts": 2, "updates": 0, "deletes": 0,
                },
            },
            {
                "table": "legacy",
                "namespace": None,
                "says": ["drops table legacy"],
                "counts": {
                    "creates": 0, "adds": 0, "changes": 0, "drops": 1, "inserts": 0, "updates": 0, "deletes": 0,
                },
            },
        ],
        "other": [
            "creates enum InvoiceState with 2 values",
            "runs FROBNICATE, which couldn't be read (line 33)",
        ],
        "statements": {
            "total": 10,
            "understood": 9,
            "unread": [{"statement": 10, "line": 33, "words": "FROBNICATE"}],
        },
        "hazards": [
            {
                "statement": 2,
                "line": 5,
                "code": "drop_column",
                "level": "warning",
                "table": "users",
                "namespace": "public",
                "column": "nickname",
                "reason": "You are about to drop the column `nickname` on the `users` table. "
                "All the data in the column will be lost.",
                "hint": "copy the values into another column first, or drop the column in a later release, when "
                "nothing reads it",
                "rows": 3,
                "real": True,
            },
            {
                "statement": 9,
                "line": 32,
                "code": "drop_table",
                "level": "warning",
                "table": "legacy",
                "namespace": None,
                "column": None,
                "reason": "You are about to drop the `legacy` table. "
                "If the table is not empty, all the data it contains will be lost.",
                "hint": "copy what is still needed elsewhere first, or drop the table in a later release, when nothing "
                "reads it",
                "rows": None,
                "real": True,
            },
        ],
        "transactions": [
            {
                "kind": "atomic",
                "statements": [1, 2, 3, 4, 5, 6, 7, 8, 9, 10],
                "reason": None,
                "parts": [{"words": "INSERT INTO a", "statements": 2, "firstLine": 3, "lastLine": 4}],
                "whenStopped": "nothing of it stays",
            }
        ],
    }  # fmt: skip


def test_a_rebuild_is_told_as_one_change_with_what_it_leaves_behind() -> None:
    reviewed = review(SQLITE, "sqlite", users(None))
    assert [(str(one.table and one.table.name), one.sentences) for one in reviewed.summaries] == [
        ("users", ("rebuilds table users with 2 columns, keeping its rows",)),
        ("team_roles", ("inserts 2 rows into team_roles",)),
    ]
    assert [(one.at.line, one.at.hazard.code, one.at.hazard.column) for one in reviewed.findings] == [
        (9, "drop_column", "role"),
        (9, "drop_column", "nickname"),
        (9, "not_null", "id"),
        (9, "primary_key", "id"),
    ]


def test_a_hazard_that_hits_no_row_isnt_real_and_an_unanswered_one_is() -> None:
    reviewed = review("DROP TABLE a; DROP TABLE b;", "sqlite", None)
    first, second = RowCount(ObjectName("a")), RowCount(ObjectName("b"))
    assert reviewed.questions == (first, second)
    assert reviewed.loses_data
    assert with_answers(reviewed, {first: 0, second: None}).loses_data
    assert [one.is_real for one in with_answers(reviewed, {first: 0, second: None}).findings] == [False, True]
    assert not with_answers(reviewed, {first: 0, second: 0}).loses_data


@pytest.mark.parametrize(
    ("sql", "sentences"),
    [
        ("ALTER TABLE a ALTER b TYPE int, ALTER c TYPE x", ["changes the type of 2 columns of a: b to int, c to x"]),
        ("ALTER TABLE a ALTER b SET NOT NULL", ["makes 1 column of a required: b"]),
        ("ALTER TABLE a ALTER b DROP NOT NULL", ["makes 1 column of a optional: b"]),
        ("ALTER TABLE a ALTER b SET DEFAULT 1", ["gives 1 column of a a default: b"]),
        ("ALTER TABLE a ALTER b DROP DEFAULT", ["takes the default from 1 column of a: b"]),
        ("ALTER TABLE a ALTER b DROP IDENTITY", ["alters 1 column of a: b"]),
        ("ALTER TABLE a RENAME b TO c", ["renames column b of a to c"]),
        ("ALTER TABLE a RENAME TO b", ["renames table a to b"]),
        ("ALTER TABLE a ADD UNIQUE (b)", ["adds 1 unique constraint to a: on b"]),
        ("ALTER TABLE a DROP CONSTRAINT k", ["drops 1 constraint of a: k"]),
        ("ALTER TABLE a RENAME CONSTRAINT k TO l", ["renames constraint k of a to l"]),
        ("ALTER INDEX k RENAME TO l", ["renames index k to l"]),
        ("DROP INDEX k, l", ["drops 2 indexes: k, l"]),
        ("ALTER TABLE a ENABLE ROW LEVEL SECURITY", ["alters table a: ENABLE ROW LEVEL SECURITY"]),
        ("ALTER TYPE s ADD VALUE 'x'", ["adds value x to enum s"]),
        ("ALTER TYPE s DROP VALUE 'x'", ["takes value x from enum s"]),
        ("ALTER TABLE a ALTER PRIMARY KEY USING COLUMNS (b)", ["adds 1 primary key to a: on b"]),
        ("DROP TYPE s", ["drops type s"]),
        ("CREATE FUNCTION f() RETURNS int AS 'SELECT 1' LANGUAGE sql", ["creates function f"]),
        ("CREATE TEMP TABLE a AS SELECT 1", ["creates temporary table a"]),
        ("INSERT INTO a SELECT * FROM b", ["inserts the rows of a query from b into a"]),
        ("INSERT INTO a VALUES (1); INSERT INTO a VALUES (2), (3)", ["inserts 3 rows into a"]),
        ("DELETE FROM a; TRUNCATE a", ["deletes all rows of a", "empties table a"]),
        ("DO $$ BEGIN PERFORM f(); END $$", ["runs DO, whose effects can't all be read (line 1)"]),
        ("SELECT 1; SET x = 1; BEGIN; COMMIT", []),
        ("INSERT INTO public.a VALUES (1); INSERT INTO a VALUES (1)", ["inserts 2 rows into public.a"]),
    ],
)  # fmt: skip
def test_each_effect_has_its_sentence(sql: str, sentences: list[str]) -> None:
    reviewed = review(sql, "postgresql", None)
    assert [sentence for summary in reviewed.summaries for sentence in summary.sentences] == sentences


@pytest.mark.parametrize("provider", ["sqlite", "postgresql"])
def test_an_empty_migration_has_a_review_that_says_nothing(provider: str) -> None:
    empty = to_json(review("-- nothing yet\n", provider, None))
    assert json.loads(json.dumps(empty)) == {
        "version": 1,
        "migration": "20250101000000_roles",
        "tables": [],
        "other": [],
        "statements": {"total": 0, "understood": 0, "unread": []},
        "hazards": [],
        "transactions": [
            {
                "kind": "atomic",
                "statements": [],
                "reason": None,
                "parts": [{"words": "INSERT INTO a", "statements": 2, "firstLine": 3, "lastLine": 4}],
                "whenStopped": "nothing of it stays",
            }
        ],
    }
