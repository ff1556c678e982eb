"""How a run's report is shown: on a terminal, as JSON for machines, and as a page for people."""
