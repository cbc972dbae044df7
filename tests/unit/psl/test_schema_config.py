"""The datasource and the generators, read without the rest of the schema."""

from parity.psl import parse, parse_config

DATASOURCE = """
datasource db {
  provider = "postgresql"
  url      = env("DATABASE_URL")
  schemas  = ["public", "audit"]
}

generator client {
  provider        = "prisma-client-py"
  previewFeatures = ["views"]
}
"""
MODELS = """
model Invoice {
  id    Int    @id
  owner Nobody
}
"""


def test_models_are_passed_over_with_their_mistakes():
    datamodel, diagnostics = parse_config(DATASOURCE + MODELS)
    whole, mistakes = parse(DATASOURCE + MODELS)
    assert diagnostics == ()
    assert datamodel.models == ()
    assert datamodel.datasource == whole.datasource
    assert datamodel.generators == whole.generators
    assert [mistake.code for mistake in mistakes] != []


def test_mistakes_in_the_datasource_are_found():
    written = DATASOURCE.replace('"postgresql"', '"postgre"') + MODELS
    assert parse_config(written).diagnostics == parse(written).diagnostics


def test_what_hides_the_datasource_is_reported():
    _, diagnostics = parse_config("model A {\n  id Int @id\n" + DATASOURCE)
    assert diagnostics == parse("model A {\n  id Int @id\n" + DATASOURCE).diagnostics
    assert diagnostics != ()
