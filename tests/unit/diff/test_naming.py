"""Schema files of which only one lists its namespaces."""

import pytest

from parity.diagnostics import SourceFile
from parity.dialects.registry import dialect_for_provider
from parity.diff.compare import diff
from parity.diff.naming import under_one_naming
from parity.lower import lower
from parity.psl import parse

BODY = """
enum Mood {
  ok
  @@SCHEMA
}

model Cat {
  id    Int   @id @default(autoincrement())
  mood  Mood  @default(ok)
  toys  Toy[]
  @@SCHEMA
}

model Toy {
  id    Int  @id
  catId Int
  cat   Cat  @relation(fields: [catId], references: [id])
  @@SCHEMA
}
"""


def lowered(provider, schema=None):
    line = "" if schema is None else f'schemas = ["public", "{schema}"]'
    body = BODY.replace("@@SCHEMA", "" if schema is None else f'@@schema("{schema}")')
    text = f'datasource db {{\n  provider = "{provider}"\n  {line}\n}}\n{body}'
    datamodel, _ = parse([SourceFile("schema.prisma", text.replace('"public", "public"', '"public"'))])
    return lower(datamodel, dialect_for_provider(provider))


def changes(old, new, provider):
    dialect = dialect_for_provider(provider)
    return diff(*under_one_naming(old, new, dialect.capabilities.default_namespace), dialect)


@pytest.mark.parametrize("provider", ["postgresql", "cockroachdb"])
def test_nothing_changes_where_a_file_begins_to_list_its_namespaces_or_ceases_to(provider):
    silent, listing = lowered(provider), lowered(provider, "public")
    assert changes(silent, listing, provider) == changes(listing, silent, provider) == ()


@pytest.mark.parametrize("provider", ["postgresql", "cockroachdb"])
def test_what_is_in_another_namespace_is_something_else(provider):
    moved = changes(lowered(provider), lowered(provider, "shop"), provider)
    assert {type(change).__name__ for change in moved} >= {"AddNamespace", "AddTable", "DropTable"}
