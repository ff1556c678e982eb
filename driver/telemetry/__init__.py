"""Logs, and the name of a run."""
