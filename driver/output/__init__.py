"""What ``decode`` writes: one writer a format."""
