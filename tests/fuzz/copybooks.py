"""Random copybooks, and copybooks with something wrong in them."""

from random import Random

PICTURES = [
    "X({n})", "A({n})", "9({d})", "S9({d})", "S9({d})V9({s})", "S9({d}) LEADING", "S9({d}) SIGN TRAILING SEPARATE",
    "S9({d})V99 LEADING SEPARATE", "S9({d}) COMP-3", "9({d})V9 PACKED-DECIMAL", "S9({d}) COMP", "9({d}) BINARY",
    "S9({d}) COMP-5", "9({d}) COMP-6", "9({d}) COMP-X", "S9({d})PP COMP-3", "VPP9({s})", "Z({s})9.99-", "$$,$$9.99CR",
    "-(6)9.9", "**9.99", "9(4)/99B0", "N({s})", "G({s}) DISPLAY-1", "9(5) BLANK WHEN ZERO", "X({n}) JUST RIGHT",
]  # fmt: skip
FLOATS = ["COMP-1", "COMP-2"]
FRAGMENTS = [
    "PIC", "OCCURS", "TIMES", "DEPENDING ON", "REDEFINES", "RENAMES", "THRU", "VALUE", "88", "66", "01", "77", "49",
    ".", "(", ")", "((", "9(999999999)", "X(0)", "S", "V", "P(40)", "-", "*", "'", '"', "==", "COPY X.", "REPLACE",
    "\n", "\t", "\0", "é", "日", "SYNC", "USAGE IS", "OCCURS 0 TO 99999999", "COMP-9", "FILLER", "BLANK WHEN ZERO",
    "*>", "EXEC",
]  # fmt: skip


def random_copybook(chance: Random, most: int = 10) -> str:
    """A record of up to ``most`` items, most of them right, in free format or in the reference format."""
    lines = ["01 REC."]
    levels, elementary = [1], []
    for number in range(1, chance.randint(2, max(2, most))):
        level = chance.choice([levels[-1] + 5, levels[-1] + 5, *levels[1:]]) if len(levels) > 1 else 5
        while levels[-1] >= level:
            levels.pop()
        name = f"F-{number}"
        is_group = chance.random() < 0.15 and level < 40
        occurs = _occurs(chance, elementary) if chance.random() < 0.2 else ""
        sync = " SYNC" if chance.random() < 0.1 else ""
        redefines = f" REDEFINES {chance.choice(elementary)}" if elementary and chance.random() < 0.06 else ""
        if is_group:
            lines.append(f"{level:02} {name}{redefines}{occurs}.")
            levels.append(level)
            lines.append(f"{level + 5:02} {name}-IN PIC {_picture(chance)}{sync}.")
        elif chance.random() < 0.1:
            lines.append(f"{level:02} {name}{redefines} {chance.choice(FLOATS)}{occurs}{sync}.")
        else:
            lines.append(f"{level:02} {name}{redefines} PIC {_picture(chance)}{occurs}{sync}.")
            elementary.append(name)
    margin = " " * chance.choice([0, 7])
    return "".join(f"{margin}{line}\n" for line in lines)


def _picture(chance: Random) -> str:
    n = chance.choice([1, 2, 3, 7, 8, 15, 16, 17, 31, 33, 64, 70, 130])
    return chance.choice(PICTURES).format(n=n, d=chance.randint(1, 30), s=chance.randint(1, 8))


def _occurs(chance: Random, counters: list[str]) -> str:
    if counters and chance.random() < 0.5:
        return f" OCCURS {chance.randint(0, 1)} TO {chance.randint(1, 5)} DEPENDING ON {chance.choice(counters)}"
    return f" OCCURS {chance.randint(1, 5)}"


def mutated(text: str, chance: Random) -> str:
    """The text with pieces taken out, put in, doubled, or exchanged."""
    for _ in range(chance.choice([1, 1, 1, 2, 4])):
        a, b = sorted(chance.randrange(len(text) + 1) for _ in range(2))
        b = min(b, a + chance.choice([1, 2, 5, 40]))
        piece = text[a:b]
        match chance.randrange(5):
            case 0:
                text = text[:a] + text[b:]
            case 1:
                text = text[:b] + piece + text[b:]
            case 2:
                text = text[:a] + f" {chance.choice(FRAGMENTS)} " + text[a:]
            case 3:
                text = text[:a] + "".join(chance.choices("019.()-+PXSVZ \n*'\"$/B", k=3)) + text[b:]
            case _:
                c = chance.randrange(len(text) + 1)
                text = text[:c] + piece + text[c:]
    return text
