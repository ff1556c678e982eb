"""The driver: batches from file to final table."""
