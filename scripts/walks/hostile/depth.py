"""Family 5: cyclic and deep structures."""

import json
import sys
import threading

import case
import graph

# For estimators in estimators, 300 deep: only such threads are started while these stand.
sys.setrecursionlimit(1_000_000)
threading.stack_size(256 << 20)

FAMILY = "depth"
#: Of a pickle: what opens a level and what closes it.
LEVELS = {
    "lists": (b"]", b"a"),
    "tuples": (b"(", b"t"),
    "marked-lists": (b"(", b"l"),
    "one-tuples": (b")", b"\x85"),
    "dicts": (b"}N", b"s"),
    "sets": (b"\x8f(", b"\x90"),
    "frozensets": (b"(", b"\x91"),
    "objects": (b"csklearn.base\nx\n)\x81", b"b"),
}
DEPTHS = (17, 1000, 10_000, 100_000, 1_000_000)


def deep_pickles():
    for name, (opens, closes) in LEVELS.items():
        for depth in DEPTHS:
            if depth * len(opens) < 5_000_000:
                yield f"{name}-{depth}", b"\x80\x04" + opens * depth + b"N" * (name == "objects") + closes * (
                    depth - 1
                ) + b"."
                yield f"{name}-open-{depth}", b"\x80\x04" + opens * depth + b"."


def seed(name):
    return graph.read((case.SEEDS / f"{name}.pkl").read_bytes())


def pipeline(*steps):
    return graph.estimator(
        "sklearn.pipeline", "Pipeline", steps=[(str(n), s) for n, s in enumerate(steps)], memory=None, verbose=False
    )


def around(kind, inner):
    """An estimator of some kind with another one inside."""
    root = seed(kind)
    members = {
        "voting": "estimators_",
        "bagging": "estimators_",
        "one-vs-rest": "estimators_",
        "one-vs-one": "estimators_",
        "multi-output": "estimators_",
        "chain": "estimators_",
        "output-code": "estimators_",
        "stacking": "final_estimator_",
        "grid-search": "best_estimator_",
        "target": "regressor_",
        "calibrated": "estimator",
        "union": "transformer_list",
        "frame": "transformers_",
        "pipeline": "steps",
        "ada-boost": "estimators_",
        "gradient-boosting": "init_",
        "forest": "estimators_",
        "select": "estimator_",
    }
    for _, item in graph.walk(root):
        # A calibrated model keeps what it was made with beside what answers.
        if isinstance(item, dict) and members[kind] in item and "calibrated_classifiers_" not in item:
            held = item[members[kind]]
            if isinstance(held, list) and held and isinstance(held[0], tuple):
                item[members[kind]] = [tuple(inner if isinstance(part, graph.Made) else part for part in held[0])]
            elif isinstance(held, list):
                item[members[kind]] = [inner] * len(held)
            else:
                item[members[kind]] = inner
            break
    return root


KINDS = [
    "voting",
    "bagging",
    "one-vs-rest",
    "one-vs-one",
    "multi-output",
    "chain",
    "output-code",
    "stacking",
    "grid-search",
    "target",
    "calibrated",
    "union",
    "frame",
    "pipeline",
    "ada-boost",
    "gradient-boosting",
]


def nested_estimators():
    for kind in KINDS:
        for depth in (17, 300):

            def made(kind=kind, depth=depth):
                inner = seed("logistic")
                for _ in range(depth):
                    inner = around(kind, inner)
                return write_deep(inner)

            yield f"{kind}-{depth}", made
        yield f"{kind}-in-itself", lambda kind=kind: graph.write(closed(kind))
    for depth in (17, 1000, 10_000):
        yield f"pipelines-{depth}", lambda depth=depth: pipelines(depth)
        yield f"pipelines-open-{depth}", lambda depth=depth: pipelines(depth)[:-depth]


def closed(kind):
    """An estimator that is its own part."""
    root = seed(kind)
    return rooted(root, around(kind, root))


def rooted(old, new):
    old.callee, old.arguments, old.state = new.callee, new.arguments, new.state
    return old


def pipelines(depth):
    """A pipeline in a pipeline, so many times, written by hand: no pickler goes so deep."""
    opens = b"csklearn.pipeline\nPipeline\n)\x81}X\x05\0\0\0steps(X\1\0\0\0a"
    return b"\x80\x04" + opens * depth + b"N" + b"\x86lsb" * depth + b"."


def write_deep(root):
    """Pickles what is nested deeper than a thread's usual stack bears."""
    held = []
    worker = threading.Thread(target=lambda: held.append(graph.write(root)))
    worker.start()
    worker.join()
    return held[0]


def cycles():
    """Containers and members that are their own parts."""
    for name, opcodes in {
        "list": b"]q\0h\0a",
        "dict": b"}q\0Nh\0s",
        "dict-key": b"}q\0h\0Ns",
        "tuple": b"]q\0(h\0tq\1a",
        "set": b"\x8fq\0(h\0\x90",
        "object": b"csklearn.base\nx\n)\x81q\0h\0b",
        "pair": b"]q\0]q\1h\0ah\1a0h\0h\1a",
        "array": b"cnumpy.core.multiarray\n_reconstruct\n)Rq\0h\0b",
        "dtype": b"cnumpy\ndtype\nX\2\0\0\0f8\x85Rq\0h\0b",
        "array-of-itself": b"cnumpy.core.multiarray\n_reconstruct\n)Rq\0(K\1K\1\x85cnumpy\ndtype\nX\1\0\0\0O\x85RI00\n(h\0ltb",
        "name": b"csklearn.base\nx\nq\0h\0\x85R",
        "reconstructor": b"ccopyreg\n_reconstructor\nq\0h\0\x85R",
        "newobj": b"ccopyreg\n__newobj__\nq\0h\0h\0\x86R",
    }.items():
        yield name, lambda o=opcodes: b"\x80\x04" + o + b"."
    for kind in (
        "logistic",
        "pipeline",
        "voting",
        "forest",
        "grid-search",
        "stacking",
        "frame",
        "tfidf",
        "svc",
        "network",
        "union",
        "chain",
    ):
        root = seed(kind)
        members = sorted(
            {key for _, item in graph.walk(root) if isinstance(item, dict) for key in item if isinstance(key, str)}
        )
        for member in members:

            def made(kind=kind, member=member):
                root = seed(kind)
                for _, item in graph.walk(root):
                    if isinstance(item, dict) and member in item:
                        item[member] = root
                return graph.write(root)

            yield f"{kind}.{member}", made


def trees():
    """Trees whose nodes lead to themselves, to their parents, to nowhere."""
    for seeded in ("tree", "forest", "hist-boosting", "isolation", "gradient-boosting"):
        for target in (0, 1, 2, 3, 1 << 20, (1 << 31) - 1, -1, -2, -(1 << 31)):
            for which in ("left", "right", "both"):
                yield f"{seeded}-{which}-to-{target}", lambda s=seeded, t=target, w=which: retargeted(s, t, w)
    text = (case.SEEDS / "boosters" / "trees.json").read_text()
    for target in (0, 1, 2, 1 << 20, (1 << 31) - 1, -2, -(1 << 31)):
        for member in ("left_children", "right_children", "split_indices", "categories_nodes"):

            def json_tree(target=target, member=member):
                made = json.loads(text)
                for tree in made["learner"]["gradient_booster"]["model"]["trees"]:
                    tree[member] = [target] * max(1, len(tree["left_children"]))
                return json.dumps(made).encode()

            yield f"xgboost-{member}-{target}", json_tree


def is_of_records(made):
    element = made.state[2]
    return isinstance(element, graph.Made) and str(element.arguments[0]).startswith("V")


def retargeted(name, target, which):
    """A model whose first tree's nodes all have `target` for children."""
    root = seed(name)
    for _, item in list(graph.walk(root)):
        if not (
            isinstance(item, graph.Made) and item.isArray and is_of_records(item) and isinstance(item.state[4], bytes)
        ):
            continue
        element = item.state[2]
        fields, size = element.state[4], int(element.arguments[0][1:])
        content = bytearray(item.state[4])
        for names, wanted in (
            (("left_child", "left"), ("left", "both")),
            (("right_child", "right"), ("right", "both")),
        ):
            for field in names:
                if which in wanted and field in fields:
                    kind, offset = fields[field][0].arguments[0], fields[field][1]
                    width = int(kind[1:])
                    for start in range(0, len(content), size):
                        content[start + offset : start + offset + width] = (target & (1 << 8 * width) - 1).to_bytes(
                            width, "little"
                        )
        item.state = item.state[:4] + (bytes(content),)
    return graph.write(root)


def cases(bait):
    for name, content in deep_pickles():
        yield case.Case(FAMILY, "pickle", name, "model.pkl", lambda content=content: content)
    for name, content in nested_estimators():
        yield case.Case(FAMILY, "pickle", name, "model.pkl", content)
    for name, content in cycles():
        yield case.Case(FAMILY, "pickle", f"cycle-{name}", "model.pkl", content, refused=False)
    for name, content in trees():
        format, file = ("xgboost-json", "model.json") if name.startswith("xgboost") else ("pickle", "model.pkl")
        yield case.Case(
            FAMILY, format, f"tree-{name}", file, content, refused=False, rows=case.rows(name.rsplit("-", 3)[0])
        )
