"""SYNCHRONIZED items lie at their boundaries in every occurrence, with no more slack than that takes."""

from hypothesis import given, settings
from hypothesis import strategies as st

from mfdecode import Copybook

# Clauses, length and boundary of an elementary item.
ITEMS = [
    ("PIC X", 1, 1), ("PIC X(3)", 3, 1), ("PIC S9(5) COMP-3 SYNC", 3, 1), ("PIC 9(7) SYNC", 7, 1),
    ("PIC 9(9) COMP", 4, 1), ("PIC 9(4) COMP SYNC", 2, 2), ("PIC S9(9) COMP-5 SYNC", 4, 4),
    ("PIC 9(18) COMP SYNC", 8, 4), ("COMP-1 SYNC", 4, 4), ("COMP-2 SYNC", 8, 8),
]  # fmt: skip


@st.composite
def trees(draw, depth: int = 0):
    """An item: ITEMS' index or a list of items; and how often it occurs."""
    occurs = draw(st.integers(1, 3)) if depth else 1
    if depth and (depth > 3 or draw(st.booleans())):
        return draw(st.integers(0, len(ITEMS) - 1)), occurs
    return draw(st.lists(trees(depth + 1), min_size=1, max_size=4)), occurs


class _Placed:
    """The rule as the manual tells it, occurrence by occurrence, over one running sum of bytes."""

    def __init__(self):
        self.lines = []
        self.count = 0

    def strictest(self, tree):
        body, _ = tree
        return ITEMS[body][2] if isinstance(body, int) else max(map(self.strictest, body))

    def place(self, tree, total, found):
        """The sum after the item; offsets of elementary items go into ``found`` in order."""
        body, occurs = tree
        for _ in range(occurs):
            first = len(found)
            if isinstance(body, int):
                _, length, boundary = ITEMS[body]
                found.append(total + -total % boundary)
                total = found[first] + length
            else:
                for child in body:
                    total = self.place(child, total, found)
            if occurs > 1:  # the slack before its first item is not of the occurrence
                total += -(total - found[first]) % self.strictest(tree)
        return total

    def write(self, tree, level):
        body, occurs = tree
        self.count += 1
        times = f" OCCURS {occurs}" if occurs > 1 else ""
        if isinstance(body, int):
            self.lines.append(f"{level:02} F-{self.count} {ITEMS[body][0]}{times}.")
            return
        self.lines.append(f"{level:02} F-{self.count}{times}.")
        for child in body:
            self.write(child, level + 5)


@given(trees())
@settings(max_examples=300)
def test_items_lie_where_the_running_sum_of_the_manual_puts_them(tree):
    placed = _Placed()
    placed.write((tree[0], 1), 1)
    wanted = []
    placed.place((tree[0], 1), 0, wanted)
    layout = Copybook.from_text("\n".join(placed.lines)).layout()
    assert sorted(cell.offset for cell in layout.cells) == wanted
