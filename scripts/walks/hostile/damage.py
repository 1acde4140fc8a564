"""Families 3 and 4: seeds cut at every fiftieth, and with bits flipped."""

import random

import case
import graph

#: Seeds that stand for their kind of pickle.
PICKLES = ["pipeline", "forest", "tfidf", "frame", "svc", "hist-boosting"]
PIECES = 50
FLIPS = 200


def sources():
    """Format, name, file and content of every seed that is damaged."""
    for name in PICKLES:
        root = graph.read((case.SEEDS / f"{name}.pkl").read_bytes())
        for protocol in range(6):
            if name == "pipeline" or protocol == 4:
                yield f"pickle-{protocol}", name, "model.pkl", graph.write(root, protocol)
    for name, content in case.seeds("*.joblib"):
        yield f"joblib-{name.split('.')[0]}", name, "model.joblib", content
    for folder, formats in case.FORMATS.items():
        for name, content in case.seeds(f"{folder}/*"):
            ending = name[name.rindex(".") :]
            yield formats[ending], name, f"model{ending}", content


def truncations():
    for format, name, file, content in sources():
        for piece in range(PIECES):
            part = content[: len(content) * piece // PIECES]
            yield case.Case("truncation", format, f"{name}-{piece}", file, lambda part=part: part, refused=False)


def flips():
    """A few bits at a time; one case in four damages a whole word instead."""
    chance = random.Random(4)
    for format, name, file, content in sources():
        for index in range(FLIPS):
            damaged = bytearray(content)
            for _ in range(1 + index % 4):
                at = chance.randrange(len(damaged))
                if index % 4 == 3:
                    damaged[at : at + 4] = chance.choice([b"\xff" * 4, bytes(4), b"\xff\xff\xff\x7f", b"\0\0\0\x80"])
                else:
                    damaged[at] ^= 1 << chance.randrange(8)
            yield case.Case(
                "bit-flip", format, f"{name}-{index}", file, lambda part=bytes(damaged): part, refused=False
            )


def cases(bait):
    yield from truncations()
    yield from flips()
