"""The preview features of the language: those that still switch something on, and those that time has passed."""

from __future__ import annotations

from typing import Final

CURRENT_FEATURES: Final = frozenset(
    (
        "nativeDistinct",
        "partialIndexes",
        "postgresqlExtensions",
        "reactNative",
        "relationJoins",
        "schemaEngineDriverAdapters",
        "shardKeys",
        "strictUndefinedChecks",
        "typedSql",
        "views",
    )
)

PAST_FEATURES: Final = frozenset(
    (
        "aggregateApi",
        "atomicNumberOperations",
        "clientExtensions",
        "cockroachdb",
        "connectOrCreate",
        "createMany",
        "dataProxy",
        "deno",
        "distinct",
        "driverAdapters",
        "extendedIndexes",
        "extendedWhereUnique",
        "fieldReference",
        "filterJson",
        "filteredRelationCount",
        "fullTextIndex",
        "fullTextSearch",
        "groupBy",
        "improvedQueryRaw",
        "insensitiveFilters",
        "interactiveTransactions",
        "jsonProtocol",
        "metrics",
        "microsoftSqlServer",
        "middlewares",
        "mongoDb",
        "mongodb",
        "multiSchema",
        "nApi",
        "namedConstraints",
        "napi",
        "nativeTypes",
        "omitApi",
        "orderByAggregateGroup",
        "orderByNulls",
        "orderByRelation",
        "prismaSchemaFolder",
        "queryCompiler",
        "referentialActions",
        "referentialIntegrity",
        "selectRelationCount",
        "tracing",
        "transactionApi",
        "uncheckedScalarInputs",
    )
)
"""Accepted with a warning: files written for Prisma 2 to 6 hold them."""
