"""How DuckDB lays tables down in its file."""

BLOCK = 262_144
"""Bytes that it reads and writes at a time."""
ROW_GROUP = 122_880
"""Rows that it compresses and writes together."""
