"""What is wrong with a plan: found before the first record is read."""

from mfdecode.errors import MfdecodeError


class PlanError(MfdecodeError):
    """A rule, a transformation or a control total that cannot be carried out."""


class PluginError(MfdecodeError):
    """A plug-in that failed, or returned what it should not."""
