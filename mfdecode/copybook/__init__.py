"""Copybooks: COBOL's record descriptions, read into a typed model."""
