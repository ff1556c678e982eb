"""How DuckDB lays tables down in its file."""

ROW_GROUP = 122_880
"""Rows that it compresses and writes together."""
