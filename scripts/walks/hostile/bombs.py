"""Family 2: small files that ask for much memory or time."""

import bz2
import functools
import gzip
import lzma
import struct
import zlib

import assembler as a
import boosterbombs
import case
import graph
import lz4frame
import xmlbombs
from execution import COMPRESSIONS

FAMILY = "bomb"
MIB = 1 << 20
#: A thing in memory, put back by its number.
BACK = b"h\0"


@functools.lru_cache(maxsize=None)
def squeezed(kind, opcode, count):
    """A pickle of one opcode over and over, compressed."""
    content = b"\x80\x04" + opcode * (count // len(opcode)) + b"."
    return lzma.compress(content, preset=0) if kind == "xz" else COMPRESSIONS[kind](content)


def compressed():
    """What unpacks to a hundred and more times its size: nothing, opcodes, and damage at the end."""
    for kind, make in {
        "zlib": lambda count: zlib.compress(bytes(count), 1),
        "gzip": lambda count: gzip.compress(bytes(count), 1),
        "bz2": lambda count: bz2.compress(bytes(count)),
        "xz": lambda count: lzma.compress(bytes(count), preset=0),
        "lzma": lambda count: lzma.compress(bytes(count), lzma.FORMAT_ALONE, preset=0),
        "lz4": lambda count: lz4frame.frame(lz4frame.zeros(count)),
    }.items():
        for count in (4, 60, 100, 400):
            if kind in ("bz2", "xz", "lzma") and count > 100:
                continue
            yield f"{kind}-zeros-{count}M", "model.joblib", lambda make=make, count=count: make(count * MIB)
        yield f"{kind}-in-itself", "model.joblib", lambda make=make: make(200 * MIB if kind == "lz4" else 70 * MIB) * 2
        yield f"{kind}-for-xgboost", "model.json", lambda make=make: make(80 * MIB)
    opcodes = {
        "none": b"N",
        "list": b"]",
        "dict": b"}",
        "set": b"\x8f",
        "mark": b"(",
        "tuple": b")",
        "duplicate": b"N2",
        "memo": b"]\x94",
        "one": b"]\x85",
        "pairs": b"}NNs",
        "lists": b"]Na",
        "integer": b"K\1",
        "marked": b"(l",
        "nest": b"(]a",
    }
    for name, opcode in opcodes.items():
        for kind in ("zlib", "xz"):
            yield f"{kind}-opcode-{name}", "model.joblib", lambda kind=kind, o=opcode: squeezed(kind, o, 30 * MIB)
        yield f"zlib-opcode-{name}-3M", "model.joblib", lambda o=opcode: squeezed("zlib", o, 3 * MIB)
        yield f"opcode-{name}-3M", "model.pkl", lambda o=opcode: b"\x80\x04" + o * (3 * MIB // len(o)) + b"."
    yield "xz-dictionary", "model.joblib", lambda: b"\x5d\x00" + b"\xff" * 4 + b"\xff" * 8 + bytes(40)
    yield "xz-dictionary-1G", "model.joblib", lambda: b"\x5d\x00\x00\x00\x00\x40" + b"\xff" * 8 + bytes(40)
    yield "lz4-size-says-2^60", "model.joblib", lambda: lz4frame.frame(
        b"\x10N", flags=0x68, size=struct.pack("<Q", 1 << 60)
    )
    yield "lz4-block-of-2^31", "model.joblib", lambda: lz4frame.frame()[:-4] + b"\xff\xff\xff\x7f"
    yield "lz4-length-of-a-million-bytes", "model.joblib", lambda: lz4frame.frame(b"\xf0" + b"\xff" * MIB)
    yield "lz4-empty-blocks", "model.joblib", lambda: lz4frame.frame(*[b"\x00"] * 100000)
    yield "gzip-members", "model.joblib", lambda: gzip.compress(b"N") * 50000
    yield "gzip-name", "model.joblib", lambda: b"\x1f\x8b\x08\x08" + bytes(6) + b"x" * MIB


def lengths():
    """Counts of what does not follow."""
    for opcode, size in {
        "\x8c": 1,
        "\x8d": 8,
        "X": 4,
        "T": 4,
        "U": 1,
        "C": 1,
        "B": 4,
        "\x8e": 8,
        "\x96": 8,
        "\x8a": 1,
        "\x8b": 4,
        "\x95": 8,
        "j": 4,
        "r": 4,
    }.items():
        for count in (1 << 7, 1 << 15, (1 << 31) - 1, 1 << 31, 1 << 32, 1 << 40, (1 << 63) - 1, 1 << 63, (1 << 64) - 1):
            if count < 1 << 8 * size:
                content = b"\x80\x05N" + opcode.encode("latin-1") + count.to_bytes(size, "little") + b"x."
                yield f"length-{ord(opcode):02x}-{count:x}", content
    for name, content in {
        "put-line": b"Np999999999\n.",
        "put-negative": b"Np-1\n.",
        "get-huge": b"g99999999999999999999\n.",
        "int-line": b"I" + b"9" * MIB + b"\n.",
        "long-line": b"L" + b"9" * MIB + b"L\n.",
        "float-line": b"F" + b"9" * MIB + b"\n.",
        "float-exponent": b"F1e999999999999\n.",
        "text-line": b"V" + b"\\u0041" * 200000 + b"\n.",
        "long1": b"\x8a\xff" + b"\xff" * 255 + b".",
        "line-without-end": b"V" + b"x" * MIB,
        "memo-far": b"N" + b"r" + struct.pack("<I", 3 * MIB) + b"." + bytes(3 * MIB),
        "frames": b"\x80\x04" + (b"\x95" + bytes(8)) * 300000 + b"N.",
        "protocols": b"\x80\x04" * MIB + b"N.",
    }.items():
        yield name, content


def many(opcodes, count, last=b""):
    return lambda: b"\x80\x04" + opcodes(count) + last + b"."


def repeated():
    """The same things named, copied or called over and over."""
    long = lambda module, size: a.text(module + "x" * size, 2) + b"q\0" + a.text("x" * 50, 2) + b"q\1"
    yield "names-of-one-text", b"\x80\x04" + long("sklearn.", 50000) + b"h\0h\1\x93" * 50000 + b"."
    yield "names-of-loss", b"\x80\x04" + a.text("_loss", 2) + b"q\0" + a.text(
        "Cy" + "x" * 50000, 2
    ) + b"q\1" + b"h\0h\1\x93" * 50000 + b"."
    wide = b"(" + b"N" * 50000 + b"lq\0"
    for kind in ("list", "set", "frozenset", "tuple"):
        yield f"copies-by-{kind}", b"\x80\x04" + a.name(
            "builtins", kind, 2
        ) + b"q\1" + wide + b"h\1h\0\x85R" * 20000 + b"."
    pairs = b"(" + b"NN\x86" * 20000 + b"lq\0"
    yield "copies-by-dict", b"\x80\x04" + a.name("builtins", "dict", 2) + b"q\1" + pairs + b"h\1h\0\x85R" * 20000 + b"."
    yield "copies-by-encode", b"\x80\x04" + a.name("_codecs", "encode", 2) + b"q\1" + a.text(
        "x" * 50000, 2
    ) + b"q\0" + b"h\1h\0\x85R" * 20000 + b"."
    yield "arguments", b"\x80\x04" + a.name(
        "sklearn.base", "x", 2
    ) + b"q\1(" + b"N" * 50000 + b"tq\0" + b"h\1h\0R" * 50000 + b"."
    yield "arrays", b"\x80\x04" + a.name("numpy.core.multiarray", "_reconstruct", 2) + b"q\1" + b"h\1)R" * 100000 + b"."
    element = a.called("numpy", "dtype", ("f8",), 2).opcodes + b"q\2"
    buffer = (
        a.name("numpy.core.numeric", "_frombuffer", 2)
        + b"q\1"
        + element
        + b"(B"
        + struct.pack("<I", 80000)
        + bytes(80000)
    )
    yield "views", b"\x80\x04" + buffer + b"h\2M\x10'\x85X\1\0\0\0Ctq\0" + b"h\1h\0R" * 50000 + b"."
    yield "shapes", b"\x80\x04" + buffer[:-80004] + bytes(
        4
    ) + b"h\2(K\0" + b"J\xff\xff\xff?" * 31 + b"tX\1\0\0\0Ctq\0" + b"h\1h\0R" * 50000 + b"."
    state = b"(K\1K\0\x85h\2\x89(ltq\0"
    yield "states", b"\x80\x04" + element + state + a.name(
        "numpy.core.multiarray", "_reconstruct", 2
    ) + b")Rq\3" + b"h\0b" * 100000 + b"."
    yield "scalars", b"\x80\x04" + a.name("numpy.core.multiarray", "scalar", 2) + b"q\1" + a.called(
        "numpy", "dtype", ("U4000",), 2
    ).opcodes + b"B" + struct.pack("<I", 16000) + b"A\0\0\0" * 4000 + b"\x86q\0" + b"h\1h\0R" * 20000 + b"."
    yield "appends", b"\x80\x04]q\0(" + b"h\0" * 1000 + b"tq\1" + b"h\0" + b"(h\1h\1h\1e" * 100000 + b"."
    yield "keys", b"\x80\x04}q\0" + b"h\0NNs0" * 100000 + b"."
    doubling = b"]q\0" + b"".join(
        b"(" + b"h" + bytes([n]) + b"h" + bytes([n]) + b"lq" + bytes([n + 1]) for n in range(200)
    )
    yield "laughs-of-lists", b"\x80\x04" + doubling + b"."
    doubling = b")q\0" + b"".join(b"h" + bytes([n]) + b"h" + bytes([n]) + b"\x86q" + bytes([n + 1]) for n in range(200))
    yield "laughs-of-tuples", b"\x80\x04" + doubling + b"."


def model(name):
    return graph.read((case.SEEDS / f"{name}.pkl").read_bytes())


def state(root, member):
    """The first state that has such a member."""
    return next(item for _, item in graph.walk(root) if isinstance(item, dict) and member in item)


def laughs(leaf, levels, width=10):
    for _ in range(levels):
        leaf = [leaf] * width
    return leaf


def shares():
    """Good models that hold the same part many times, or sizes out of all proportion."""
    for seed, member in {
        "forest": "estimators_",
        "extra-trees": "estimators_",
        "voting": "estimators_",
        "bagging": "estimators_",
        "chain": "estimators_",
        "multi-output": "estimators_",
        "one-vs-one": "estimators_",
        "one-vs-rest": "estimators_",
        "ada-boost": "estimators_",
        "calibrated": "calibrated_classifiers_",
        "pipeline": "steps",
        "hist-boosting": "_predictors",
        "union": "transformer_list",
        "frame": "transformers_",
        "network": "coefs_",
        "one-hot": "categories_",
        "isolation": "estimators_",
    }.items():
        for count in (500, 20000):

            def made(seed=seed, member=member, count=count):
                root = model(seed)
                held = state(root, member)
                held[member] = list(held[member]) * count
                return graph.write(root)

            yield f"shared-{seed}-{count}", made

        def deep(seed=seed, member=member):
            root = model(seed)
            held = state(root, member)
            held[member] = laughs(held[member][0] if not isinstance(held[member], graph.Made) else None, 9)
            return graph.write(root)

        yield f"laughs-{seed}", deep
    for seed, member in {
        "logistic": "coef_",
        "gaussian-nb": "var_",
        "tree": "tree_",
        "svc": "dual_coef_",
        "k-means": "cluster_centers_",
        "pipeline": "mean_",
        "neighbors": "_fit_X",
        "quantile": "quantiles_",
        "splines": "bsplines_",
        "process": "X_train_",
        "nystroem": "components_",
    }.items():
        for count in (1 << 20, 1 << 30, (1 << 63) - 1, -1):

            def sized(seed=seed, member=member, count=count):
                root = model(seed)
                held = state(root, member)
                for key, item in list(held.items()):
                    if isinstance(item, int) and not isinstance(item, bool):
                        held[key] = count
                return graph.write(root)

            yield f"sizes-{seed}-{count:x}", sized
    for seed, member in {
        "hashing": "n_features",
        "polynomial": "_max_degree",
        "splines": "n_knots",
        "tfidf": "ngram_range",
        "bins": "n_bins",
        "neighbors": "n_neighbors",
        "nystroem": "n_components",
        "neighbors-regressor": "leaf_size",
        "counts": "ngram_range",
    }.items():
        for count in (1 << 20, 1 << 30, (1 << 62)):

            def asked(seed=seed, member=member, count=count):
                root = model(seed)
                state(root, member)[member] = (1, count) if member == "ngram_range" else count
                return graph.write(root)

            yield f"asks-{seed}-{member}-{count:x}", asked
    for name, members in {
        "standard": {
            "n_features_in_": 1 << 30,
            "with_mean": False,
            "with_std": False,
            "mean_": None,
            "scale_": None,
            "var_": None,
        },
        "vector": {
            "n_features_in_": 1 << 30,
            "with_mean": True,
            "with_std": True,
            "mean_": graph.array("f8", (), bytes(8)),
            "scale_": 1.0,
        },
    }.items():

        def scaled(members=members):
            steps = [
                ("a", graph.estimator("sklearn.preprocessing._data", "StandardScaler", **members)),
                ("b", model("least-squares")),
            ]
            return graph.write(graph.estimator("sklearn.pipeline", "Pipeline", steps=steps, memory=None, verbose=False))

        yield f"scaler-{name}", scaled
    for rows, columns in ((1 << 15, 1 << 15), (1 << 30, 1), (1, 1 << 30), (1 << 20, 0), (-1, 4)):

        def sparse(rows=rows, columns=columns):
            root = model("logistic")
            matrix = graph.Made(graph.Name("scipy.sparse._csr", "csr_matrix"), (), isNew=True)
            matrix.state = {
                "_shape": (rows, columns),
                "data": graph.doubles(),
                "indices": graph.doubles(),
                "indptr": graph.doubles(0),
            }
            state(root, "coef_")["coef_"] = matrix
            return graph.write(root)

        yield f"sparse-{rows}x{columns}", sparse
    for code in (
        "U1",
        "U16777215",
        "V16777216",
        "S0",
        "U0",
        "V0",
        "O",
        "f0",
        "f16777216",
        "i3",
        "c16",
        "M8[ns]",
        "f8" * 9,
        "U99999999999",
    ):
        for shape in ((0,), (1 << 30,), (1 << 30, 0), (1 << 31, 1 << 31, 1 << 31), (1,) * 40, ()):

            def typed(code=code, shape=shape):
                root = model("logistic")
                held = state(root, "coef_")
                held["coef_"] = held["classes_"] = graph.array(code, shape, b"")
                return graph.write(root)

            yield f"array-{code[:12]}-{len(shape)}-{shape[0] if shape else 0:x}", typed


def cases(bait):
    for name, file, content in compressed():
        yield case.Case(
            FAMILY,
            "joblib" if file.endswith("lib") else "pickle" if file.endswith("pkl") else "xgboost",
            name,
            file,
            content,
        )
    for name, content in lengths():
        yield case.Case(FAMILY, "pickle", name, "model.pkl", lambda content=content: content)
    for name, content in repeated():
        yield case.Case(FAMILY, "pickle", name, "model.pkl", lambda content=content: content)
    for name, content in shares():
        yield case.Case(FAMILY, "pickle", name, "model.pkl", content, refused=False)
    yield from boosterbombs.cases()
    yield from xmlbombs.cases(bait)
