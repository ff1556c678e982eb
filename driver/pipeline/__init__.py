"""The stages of a run and the queues between them."""
