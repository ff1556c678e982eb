"""DuckDB, embedded in the process: the default target."""
