"""A run as a whole: what it needs, how it goes, how it ends."""
