"""What is wrong with a configuration."""

from mfdecode.errors import MfdecodeError


class ConfigError(MfdecodeError):
    """A configuration that cannot be read, or that the model does not take; the text names file, line and key."""
