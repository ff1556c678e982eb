"""A configuration as a flat list."""

Keys = tuple[str, ...]


def leaves(value: object, keys: Keys = ()) -> list[tuple[Keys, object]]:
    """The values of a nested mapping, each with the keys that lead to it.

    Args:
        value: mappings, and lists of them, whose elements count as keys; all else is a value.
        keys: that lead here.
    """
    if isinstance(value, dict) and value:
        return [leaf for key, inner in value.items() for leaf in leaves(inner, (*keys, str(key)))]
    if isinstance(value, list) and any(isinstance(element, dict) for element in value):
        return [leaf for i, inner in enumerate(value) for leaf in leaves(inner, (*keys, str(i)))]
    return [(keys, value)]
