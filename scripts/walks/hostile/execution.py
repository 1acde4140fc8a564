"""Family 1: files that would run something, in every way in which a pickle calls, makes or fills objects."""

import bz2
import gzip
import lzma
import struct
import zlib

import assembler as a
import case
import gadgets
import graph
import lz4frame

FAMILY = "execution"
COMPRESSIONS = {
    "plain": bytes,
    "zlib": zlib.compress,
    "gzip": gzip.compress,
    "bz2": bz2.compress,
    "xz": lzma.compress,
    "lzma": lambda content: lzma.compress(content, lzma.FORMAT_ALONE),
    "lz4": lz4frame.compress,
}


def forms(module, name, items, protocol):
    """Ways to use a name with arguments: how they are called, and the opcodes."""
    named = a.name(module, name, protocol)
    given = a.arguments(items, protocol)
    parts = b"".join(a.value(item, protocol) for item in items)
    maker = "copy_reg" if protocol < 3 else "copyreg"
    yield "reduce", named + given + b"R"
    yield "inst", b"(" + parts + b"i%s\n%s\n" % (module.encode(), name.encode())
    yield "obj", b"(" + named + parts + b"o"
    yield "newobj", named + given + b"\x81"
    yield "newobj-ex", named + given + b"}\x92"
    yield "newobj-keywords", named + b")}" + a.text("args", protocol) + given + b"s\x92"
    yield "build", named + b")R}" + a.text("__setstate__", protocol) + named + b"sb" + given + b"b"
    yield "state", named + given + b"b"
    yield "reconstructor", a.name(maker, "_reconstructor", protocol) + b"(" + named + a.name(
        "builtins", "object", protocol
    ) + b"NtR"
    yield "newobj-function", a.name(maker, "__newobj__", protocol) + b"(" + named + parts + b"tR"
    yield "newobj-ex-function", a.name(maker, "__newobj_ex__", protocol) + b"(" + named + given + b"}tR"
    yield "partial", a.name("functools", "partial", protocol) + b"(" + named + parts + b"tR)R"
    yield "partial-state", a.name(
        "functools", "partial", protocol
    ) + b"(" + named + b"tR(" + named + given + b"}NtbN\x81"
    yield "default-factory", a.name("collections", "defaultdict", protocol) + b"(" + named + b"tR"
    yield "memo", named + b"p7\n0" + b"N0g7\n" + given + b"R"
    yield "duplicate", named + b"2" + given + b"R"
    yield "popped", named + given + b"R0N"
    yield "in-list", b"(" + named + given + b"Rl"
    yield "as-key", b"}" + named + given + b"RNs"
    yield "as-set", b"(" + named + given + b"R\x91"
    yield "in-tuple-of-dtype", a.name("numpy", "dtype", protocol) + b"(" + named + given + b"RtR"


#: A name that is called when it is made, whatever else stands in the pickle.
SYSTEM = ("os", "system", ("touch {C}",))


def pickled_calls(bait):
    """Every gadget once, in forms that take turns, and os.system in all forms of all protocols."""
    every = list(gadgets.gadgets())
    for index, (module, name, arguments) in enumerate(every):
        items = gadgets.filled(arguments, bait)
        for protocol in (0, 2, 4) if index % 2 else (1, 3, 5):
            ways = list(forms(module, name, items, protocol))
            for form, opcodes in (ways[0], ways[1 + (index + protocol) % (len(ways) - 1)]):
                yield f"{module}.{name}-{form}-p{protocol}", a.pickle(opcodes, protocol), module, name
    for protocol in range(6):
        for form, opcodes in forms("os", "system", (f"touch {bait.canary}",), protocol):
            yield f"os.system-{form}-p{protocol}-all", a.pickle(opcodes, protocol), "os", "system"


def chains(bait):
    """Calls of what calls give."""
    for protocol in range(6):
        touch = f"touch {bait.canary}"
        made = lambda *what: a.called(*what, protocol)
        os = made("builtins", "__import__", ("os",))
        yield f"getattr-p{protocol}", made("builtins", "getattr", (os, "system")).opcodes + a.arguments(
            (touch,), protocol
        ) + b"R", protocol
        yield f"attrgetter-p{protocol}", made("operator", "attrgetter", ("system",)).opcodes + a.arguments(
            (os,), protocol
        ) + b"R" + a.arguments((touch,), protocol) + b"R", protocol
        yield f"methodcaller-p{protocol}", made("operator", "methodcaller", ("system", touch)).opcodes + a.arguments(
            (os,), protocol
        ) + b"R", protocol
        yield f"map-p{protocol}", made(
            "builtins", "list", (made("builtins", "map", (a.Raw(a.name("os", "system", protocol)), [touch])),)
        ).opcodes, protocol
        yield f"code-p{protocol}", made(
            "types", "FunctionType", (made("builtins", "compile", (f"open('{bait.canary}','w')", "x", "exec")), {})
        ).opcodes + b")R", protocol
        yield f"marshal-p{protocol}", made(
            "types", "FunctionType", (made("marshal", "loads", (b"c\x00",)), {})
        ).opcodes + b")R", protocol
        yield f"cdll-p{protocol}", made(
            "builtins", "getattr", (made("ctypes", "CDLL", (None,)), "system")
        ).opcodes + a.arguments((touch.encode(),), protocol) + b"R", protocol
        yield f"partial-p{protocol}", made(
            "functools", "partial", (a.Raw(a.name("os", "system", protocol)), touch)
        ).opcodes + b")R", protocol
        yield f"interpreter-p{protocol}", made("code", "InteractiveInterpreter", ()).opcodes + a.text(
            "runsource", protocol
        ) + b"\x86" + b")R", protocol
        yield f"popen-slots-p{protocol}", a.name("copyreg", "_reconstructor", protocol) + b"(" + a.name(
            "subprocess", "Popen", protocol
        ) + a.name("builtins", "object", protocol) + b"NtRN}" + a.text("args", protocol) + a.value(
            ["touch", bait.canary], protocol
        ) + b"s\x86b", protocol
        yield f"reduced-class-p{protocol}", made(
            "builtins", "type", ("X", (), {"__reduce__": a.Raw(a.name("os", "system", protocol))})
        ).opcodes + b")R", protocol


def odd_opcodes(bait):
    """Opcodes that ask for something outside of the file, and names that are no names."""
    call = a.called("os", "system", (f"touch {bait.canary}",), 2).opcodes
    for name, opcodes in {
        "ext1": b"\x82\x01",
        "ext2": b"\x83\x01\x00",
        "ext4": b"\x84\x01\x00\x00\x00",
        "ext1-zero": b"\x82\x00",
        "ext4-negative": b"\x84\xff\xff\xff\xff",
        "persid": b"Pos.system\n",
        "binpersid": b"X\x02\x00\x00\x00osQ",
        "binpersid-call": call + b"Q",
        "next-buffer": b"\x97",
        "readonly-buffer": b"N\x98",
        "next-readonly": b"\x97\x98",
        "stack-global-of-numbers": b"K\x01K\x02\x93",
        "stack-global-of-call": call + call + b"\x93",
        "stack-global-of-bytes": b"C\x02osC\x06system\x93",
        "global-empty": b"c\n\n)R",
        "global-spaces": b"cos \nsystem\n)R",
        "global-dotted": b"csklearn.base\nos.system\n)R",
        "global-dotted-module": b"csklearn.utils.os\nsystem\n)R\x85R",
        "global-parent": b"csklearn..os\nsystem\n)R",
        "global-unicode": "cо\u200bs\nsystem\n)R".encode(),
        "global-dunder": b"cbuiltins\n__import__\n)R",
        "global-slash": b"c/tmp/x\nsystem\n)R",
        "global-nul": b"cos\0\nsystem\n)R",
        "numpy-dotted": b"cnumpy\nsys.modules\n)R",
        "sklearn-prefix": b"csklearnx\nsystem\n)R",
        "scipy-stats-dotted": b"cscipy.stats._x\nos.system\n)R",
        "call-of-number": b"K\x01)R",
        "call-of-none": b"N)R",
        "call-of-text": b"X\x02\x00\x00\x00os)R",
        "call-of-dict": b"})R",
        "inst-without-mark": b"ios\nsystem\n",
        "obj-without-mark": b"o",
        "obj-of-nothing": b"(o",
        "reduce-of-nothing": b"R",
        "build-of-nothing": b"b",
        "build-of-none": b"NNb",
        "build-of-name": b"csklearn.base\nBaseEstimator\n}b",
        "stop-at-once": b"",
        "pop-of-nothing": b"0",
        "memo-of-nothing": b"g9\n",
        "mark-alone": b"(",
        "unknown-opcode": b"\xff",
        "unknown-protocol": b"\x80\x09N",
        "second-protocol": b"N0\x80\x05" + call,
        "frame-over-call": b"\x95\x04\0\0\0\0\0\0\0" + call,
        "frame-too-long": b"\x95\xff\xff\xff\xff\xff\xff\xff\x7f" + call,
        "frame-in-frame": (b"\x95" + struct.pack("<Q", 3)) * 5 + call,
        "class-key": b"csklearn.linear_model\nRidge\n)\x81}(X\x09\0\0\0__class__"
        + a.name("subprocess", "Popen", 2)
        + b"ub",
        "setstate-key": b"csklearn.linear_model\nRidge\n)\x81}(X\x0c\0\0\0__setstate__"
        + a.name("os", "system", 2)
        + b"ub",
        "dict-key": b"csklearn.linear_model\nRidge\n)\x81}(X\x08\0\0\0__dict__}(X\x01\0\0\0a"
        + a.name("os", "system", 2)
        + b"uub",
        "slots": b"csklearn.linear_model\nRidge\n)\x81N}(X\x05\0\0\0coef_" + a.name("os", "system", 2) + b"u\x86b",
    }.items():
        yield name, b"\x80\x04" + opcodes + b"."


def hidden(bait):
    """A call in every corner of models that are good besides."""
    call = graph.Made(graph.Name("posix", "system"), (f"touch {bait.canary}",), isNew=False)
    function = graph.Name("os", "system")
    for seed in ("pipeline", "voting", "forest", "tfidf", "frame", "function", "svc", "grid-search"):
        content = (case.SEEDS / f"{seed}.pkl").read_bytes()
        total = sum(1 for _ in graph.walk(graph.read(content)))
        for place in range(0, total, max(1, total // 12)):
            root = graph.read(content)
            item = list(graph.walk(root))[place][1]
            what = call if place % 2 else function
            if isinstance(item, dict):
                item["hidden"] = what
            elif isinstance(item, list):
                item.append(what)
            elif isinstance(item, graph.Made) and item.isArray:
                item.state = item.state[:4] + ([what],)
            elif isinstance(item, graph.Made):
                item.arguments = item.arguments + (what,)
            else:
                continue
            yield f"{seed}-{place}", graph.write(root, 2 + place % 4)


def callables(bait):
    """Parameters of estimators that scikit-learn would call, as functions and as lambdas of cloudpickle."""
    lambdas = {
        "system": graph.Name("os", "system"),
        "partial": graph.Made(graph.Name("functools", "partial"), (graph.Name("os", "system"),), isNew=False),
        "lambda": graph.Made(graph.Name("cloudpickle.cloudpickle", "_make_function"), (None, None), isNew=False),
        "main": graph.Name("__main__", "<lambda>"),
        "eval": graph.Name("builtins", "eval"),
        "sklearn-function": graph.Name("sklearn.datasets", "load_files"),
    }
    for seed, members in {
        "tfidf": ["tokenizer", "preprocessor", "analyzer", "token_pattern"],
        "function": ["func", "inverse_func"],
        "neighbors": ["metric", "weights"],
        "svc": ["kernel"],
        "grid-search": ["scoring", "refit"],
        "select": ["score_func"],
        "k-means": ["init"],
        "kernel-pca": ["kernel"],
        "nystroem": ["kernel"],
        "network": ["activation", "out_activation_"],
        "gradient-boosting": ["loss", "init_"],
        "hist-boosting": ["_loss"],
        "process": ["kernel_", "optimizer"],
        "target": ["func", "inverse_func"],
        "pipeline": ["memory"],
    }.items():
        for member in members:
            for kind, what in lambdas.items():
                root = graph.read((case.SEEDS / f"{seed}.pkl").read_bytes())
                for _, item in graph.walk(root):
                    if isinstance(item, graph.Made) and isinstance(item.state, dict) and member in item.state:
                        item.state[member] = what
                yield f"{seed}.{member}-{kind}", graph.write(root)


def nested(bait):
    """Pickles inside a joblib file: arrays of objects are pickles of their own."""
    call = a.pickle(a.called("os", "system", (f"touch {bait.canary}",), 4), 4)
    wrapper = lambda shape, order="C": (
        b"\x80\x04"
        + a.name("joblib.numpy_pickle", "NumpyArrayWrapper", 2)
        + b")\x81}("
        + a.text("subclass", 2)
        + a.name("numpy", "ndarray", 2)
        + a.text("shape", 2)
        + a.value(shape, 2)
        + a.text("order", 2)
        + a.text(order, 2)
        + a.text("dtype", 2)
        + a.called("numpy", "dtype", ("O8",), 2).opcodes
        + a.text("allow_mmap", 2)
        + a.value(False, 2)
        + b"ub"
    )
    inner = {
        "call": call,
        "list": b"\x80\x04(" + call[2:-1] + b"l.",
        "again": wrapper((1,))[2:] + call + b".",
        "none": b"N.",
        "truncated": call[:-2],
        "array": wrapper((1,)) + wrapper((1,)) + call + b"..",
        "empty": b"",
    }
    for name, content in inner.items():
        for shape in ((1,), (2,), (0,), (), (1, 1), (1 << 40,), (-1,)):
            yield f"{name}-{shape}", wrapper(shape) + content + b"."


def cases(bait):
    for name, content, _, _ in pickled_calls(bait):
        yield case.Case(FAMILY, "pickle", name, "model.pkl", lambda content=content: content)
    for name, opcodes, protocol in chains(bait):
        yield case.Case(
            FAMILY, "pickle", f"chain-{name}", "model.pkl", lambda o=opcodes, p=protocol: a.pickle(o, p, True)
        )
    for name, content in odd_opcodes(bait):
        yield case.Case(FAMILY, "pickle", f"opcode-{name}", "model.pkl", lambda content=content: content)
    for name, content in hidden(bait):
        yield case.Case(FAMILY, "pickle", f"hidden-{name}", "model.pkl", lambda content=content: content)
    for name, content in callables(bait):
        yield case.Case(
            FAMILY, "pickle", f"callable-{name}", "model.pkl", lambda content=content: content, "sklearn" not in name
        )
    for name, content in nested(bait):
        yield case.Case(FAMILY, "joblib", f"nested-{name}", "model.joblib", lambda content=content: content)
    names = list(gadgets.gadgets())
    for index, (kind, compress) in enumerate(COMPRESSIONS.items()):
        for module, name, arguments in names[index::4]:
            content = a.pickle(a.called(module, name, gadgets.filled(arguments, bait), 4), 4, framed=True)
            yield case.Case(
                FAMILY, f"joblib-{kind}", f"{module}.{name}", "model.joblib", lambda c=content, z=compress: z(c)
            )
