"""Sample files: plausible records for any copybook, some of them damaged."""
