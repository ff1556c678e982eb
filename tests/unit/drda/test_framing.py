"""Structures and objects: what was read is written as it was, whatever its length."""

from io import BytesIO

import pytest
from drda.exchanges import structures
from drda.framing import OBJECT, REQUEST, Dss, Ended, content, ddm, objects, read_chain, read_dss, write_chain
from hypothesis import given
from hypothesis import strategies as st

SEGMENT = 0x7FFF
LENGTHS = st.one_of(
    st.integers(0, 100), st.sampled_from([n + d for n in (SEGMENT, 2 * SEGMENT, 3 * SEGMENT) for d in range(-20, 21)])
)


def test_what_was_recorded_is_written_as_it_was_read(exchange):
    for message in exchange:
        assert write_chain(read_chain(BytesIO(message.chain))) == message.chain
        assert b"".join(structures(message.chain)) == message.chain


def test_the_head_of_a_structure():
    first, second = Dss(REQUEST, 1, ddm(0x200E, b"")), Dss(OBJECT, 1, ddm(0x2414, b"AB"))
    assert write_chain([first, second, Dss(REQUEST, 2, ddm(0x200F, b""))]).hex(" ") == (
        "00 0a d0 51 00 01 00 04 20 0e 00 0c d0 43 00 01 00 06 24 14 41 42 00 0a d0 01 00 02 00 04 20 0f"
    )


@given(st.lists(LENGTHS, min_size=1, max_size=4))
def test_a_chain_comes_back_however_many_segments_its_structures_take(lengths):
    chain = [
        Dss(REQUEST, i + 1, ddm(0x2412, bytes(n % 251 for n in range(length)))) for i, length in enumerate(lengths)
    ]
    again = read_chain(BytesIO(write_chain(chain)))
    assert [(dss.correlation, dss.body) for dss in again] == [(dss.correlation, dss.body) for dss in chain]
    assert [dss.chained for dss in again] == [True] * (len(chain) - 1) + [False]
    assert [len(content(dss.body)) for dss in again] == lengths


def test_a_structure_of_three_segments():
    data = write_chain([Dss(REQUEST, 7, bytes(70_000))])
    assert data[:6].hex() == "ffffd0010007"
    assert data[SEGMENT : SEGMENT + 2].hex() == "ffff"
    assert data[2 * SEGMENT : 2 * SEGMENT + 2].hex() == f"{2 + 70_000 - (SEGMENT - 6) - (SEGMENT - 2):04x}"
    assert len(data) == 70_000 + 6 + 2 + 2


@given(st.lists(st.tuples(st.integers(0, 0xFFFF), LENGTHS), max_size=4))
def test_objects_stand_one_after_the_other(described):
    parts = [(code_point, bytes(length)) for code_point, length in described]
    assert list(objects(b"".join(ddm(*part) for part in parts))) == parts


@pytest.mark.parametrize("cut", [0, 3, 6, 9, SEGMENT, SEGMENT + 1, SEGMENT + 100])
def test_a_stream_that_ends_too_soon_has_ended(cut):
    with pytest.raises(Ended):
        read_dss(BytesIO(write_chain([Dss(REQUEST, 1, bytes(40_000))])[:cut]))
