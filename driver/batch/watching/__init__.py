"""What is seen of a run while it goes on: its status, samples, log lines and metrics."""
