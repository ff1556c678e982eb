"""What is done to a batch and how a run is proven: pure, without files, databases or configuration."""
