"""The databases that a run loads into."""
