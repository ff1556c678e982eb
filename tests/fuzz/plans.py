"""python -m fuzz.plans FILE COUNT SEED: plans and records for kernels.c, of random layouts."""

import sys
from pathlib import Path
from random import Random

from fuzz.samples import Sample, random_sample
from plan_stream import ints, plan_bytes, steps_bytes
from sweep import layout_of_every_length, records_of

from mfdecode import Decoder
from mfdecode.odo import odo_steps
from mfdecode.planning import plan_columns


def write_plans(path: Path, count: int, seed: int) -> None:
    """So many layouts, of which the first has a field of every length."""
    chance = Random(seed)
    every_length = layout_of_every_length()
    samples = [Sample(Decoder(every_length), tuple(records_of(every_length, 6, wrong=False)))]
    samples += (random_sample(chance) for _ in range(count - 1))
    path.write_bytes(ints(count) + b"".join(map(_sample_bytes, samples)))


def _sample_bytes(sample: Sample) -> bytes:
    decoder = sample.decoder
    layout = decoder.layout
    columns = plan_columns(layout, decoder.options)
    return b"".join(
        [
            plan_bytes(columns, layout.length, decoder.dtype.itemsize),
            steps_bytes(odo_steps(layout, {}, decoder.options) if decoder.odo_layout == "packed" else ()),
            ints(len(sample.records)),
            *sample.records,
        ]
    )


if __name__ == "__main__":
    write_plans(Path(sys.argv[1]), int(sys.argv[2]), int(sys.argv[3]))
