"""A job's settings: their schema, their layers, and what is wrong with them."""
