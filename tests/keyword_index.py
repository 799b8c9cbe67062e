"""A keyword index of texts, in memory."""

from __future__ import annotations

import sqlite3

from index.keyword import SCHEMA, KeywordIndex


def index_of(*texts: str) -> KeywordIndex:
    """The index of texts, numbered from 0."""
    connection = sqlite3.connect(":memory:", isolation_level=None, check_same_thread=False)
    for statement in SCHEMA.split(";"):
        connection.execute(statement)
    index = KeywordIndex(connection)
    index.add(texts)
    return index
