"""Family 6: good models with one attribute that is not what it should be, then asked for answers."""

import math
import random
import struct

import case
import graph

FAMILY = "mutation"
#: How many of the ways below each attribute is spoilt in.
WAYS = 2


def other_values(item):
    """What a plain attribute becomes."""
    return [
        None,
        True,
        -1,
        0,
        1 << 31,
        (1 << 63) - 1,
        -(1 << 63),
        1 << 70,
        0.5,
        math.nan,
        math.inf,
        -1e308,
        "",
        "x" * 300,
        b"\xff",
        [],
        [None],
        {},
        {"a": 1},
        (),
        (1, 2, 3, 4, 5),
    ]


def spoilt_array(item, chance):
    """An array of another shape, type or content."""
    version, shape, element, order, content = item.state
    made = graph.Made(item.callee, item.arguments, isNew=False)
    code = str(element.arguments[0])
    size = int("".join(c for c in code if c.isdigit()) or 1) if code[0] != "O" else 8

    def with_state(shape=shape, element=element, order=order, content=content):
        made.state = (version, shape, element, order, content)
        return made

    def typed(code, order="<"):
        other = graph.Made(graph.Name("numpy", "dtype"), (code, False, True), isNew=False)
        other.state = (3, order, None, None, None, -1, -1, 0)
        return other

    isPlain = isinstance(content, bytes)
    count = len(content)
    ways = [
        lambda: with_state(shape=(0,), content=content[:0]),
        lambda: with_state(shape=()),
        lambda: with_state(shape=shape[::-1], order=not order),
        lambda: with_state(shape=(math.prod(shape),)),
        lambda: with_state(shape=shape + (1,)),
        lambda: with_state(shape=(1,) + shape),
        lambda: with_state(shape=tuple(-n for n in shape)),
        lambda: with_state(shape=tuple(n + 1 for n in shape)),
        lambda: with_state(shape=(1 << 31,) * 3),
    ]
    if isPlain:
        ways += [
            lambda: with_state(content=b"\xff" * count),
            lambda: with_state(content=bytes(count)),
            lambda: with_state(content=(struct.pack("<d", math.nan) * count)[:count]),
            lambda: with_state(content=(struct.pack("<d", math.inf) * count)[:count]),
            lambda: with_state(content=(struct.pack("<d", -1e308) * count)[:count]),
            lambda: with_state(content=(struct.pack("<q", 1 << 40) * count)[:count]),
            lambda: with_state(content=(b"\xff\xff\xff\x7f" * count)[:count]),
            lambda: with_state(content=chance.randbytes(count)),
            lambda: with_state(content=content[: count // 2]),
            lambda: with_state(content=content[: count // size // 2 * size], shape=(count // size // 2,)),
            lambda: with_state(content=content * 2, shape=(shape[0] * 2,) + shape[1:] if shape else (2,)),
            lambda: with_state(element=typed("O8"), content=[None] * math.prod(shape)),
            lambda: with_state(element=typed(f"U{max(1, size // 4)}")),
            lambda: with_state(element=typed(f"S{size}")),
            lambda: with_state(element=typed(f"V{size}")),
            lambda: with_state(element=typed(f"{'i' if code[0] == 'f' else 'f'}{size}")),
            lambda: with_state(element=typed(code, ">")),
        ]
    else:
        ways += [
            lambda: with_state(content=[None] * count),
            lambda: with_state(content=[item] * count),
            lambda: with_state(content=content[:-1]),
        ]
    return chance.choice(ways)()


def spoilt(item, root, chance):
    """Another thing in the place of an attribute."""
    if isinstance(item, graph.Made) and item.isArray and chance.random() < 0.8:
        return spoilt_array(item, chance)
    if isinstance(item, (list, tuple)) and item and chance.random() < 0.6:
        kind = type(item)
        return chance.choice(
            [
                kind(item[:-1]),
                kind(item) * 2,
                kind(item[::-1]),
                kind([None] * len(item)),
                kind([root] * len(item)),
                kind([item[0]] * 50),
            ]
        )
    if isinstance(item, str) and chance.random() < 0.5:
        return chance.choice(["", "x", item + "x", item.upper(), "\0", "(?i)((((", "(a*)*b", "precomputed", "callable"])
    if isinstance(item, bool):
        return chance.choice([not item, None, "true", 2])
    if isinstance(item, (int, float)) and chance.random() < 0.5:
        return chance.choice([-item, item + 1, item * 1000, 0, -1, 1 << 40, math.nan, math.inf, float(item)])
    return chance.choice(
        other_values(item) + [root, graph.Name("numpy", "ndarray"), graph.doubles(1.0, 2.0), graph.doubles(math.nan)]
    )


def attributes(root):
    """Every attribute of every object inside: the way to it, the dictionary that it stands in, and its name."""
    for path, item in graph.walk(root):
        if isinstance(item, graph.Made) and isinstance(item.state, dict):
            for name in item.state:
                yield path, item.state, name


def cases(bait):
    for file, content in case.seeds("*.pkl"):
        seed = file.removesuffix(".pkl")
        places = [(path, name) for path, _, name in attributes(graph.read(content))]
        for index, (path, name) in enumerate(places):
            where = ".".join(str(part) for part in (*path, name))
            yield made(seed, f"{index}-{where}-missing", content, index, None)
            for way in range(WAYS):
                yield made(seed, f"{index}-{where}-{way}", content, index, way)


def made(seed, name, content, index, way):
    def build():
        root = graph.read(content)
        _, held, member = list(attributes(root))[index]
        if way is None:
            del held[member]
        else:
            held[member] = spoilt(held[member], root, random.Random(f"{seed} {index} {way}"))
        return graph.write(root)

    return case.Case(FAMILY, seed, name, "model.pkl", build, refused=False, rows=case.rows(seed))
