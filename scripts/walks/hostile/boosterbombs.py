"""Bombs in the files of XGBoost and LightGBM: lies about counts, deep nesting, numbers without end."""

import json
import re
import struct

import case

FAMILY = "bomb"


def json_bombs():
    seed = (case.SEEDS / "boosters" / "trees.json").read_text()
    learner = json.loads(seed)

    def with_member(path, value):
        made = json.loads(seed)
        held = made
        for key in path[:-1]:
            held = held[key]
        held[path[-1]] = value
        return json.dumps(made).encode()

    for depth in (100, 10_000, 1_000_000):
        for name, (left, right) in {
            "arrays": ("[", "]"),
            "objects": ('{"a":', "}"),
            "open-arrays": ("[", ""),
            "open-objects": ('{"a":', ""),
        }.items():
            yield f"nested-{name}-{depth}", (left * depth + "1" * bool(right) + right * depth).encode()
            yield f"nested-{name}-inside-{depth}", f'{{"version":{left * depth}{right * depth}}}'.encode()
            yield f"nested-{name}-skipped-{depth}", f'{{"x":{left * depth}{right * depth}}}'.encode()
    parameters = ("learner", "learner_model_param")
    for count in (
        "1048576",
        "2147483647",
        "4294967296",
        "9223372036854775807",
        "99999999999999999999",
        "-1",
        "1e9",
        "",
        "nan",
    ):
        for name in ("num_feature", "num_class", "num_target", "base_score"):
            yield f"{name}-{count}", with_member((*parameters, name), count)
    yield "base-score-list", with_member((*parameters, "base_score"), "[" + "5E-1," * 200000 + "1]")
    trees = ("learner", "gradient_booster", "model", "trees")
    tree = learner["learner"]["gradient_booster"]["model"]["trees"][0]
    yield "tree-without-nodes", with_member(trees, [{}] * 100000)
    for count in (30000,):
        yield f"trees-{count}", with_member(trees, [{"left_children": [-1]}] * count)
    sets = {
        **tree,
        "split_type": [1] * len(tree["left_children"]),
        "categories": [16777215],
        "categories_nodes": list(range(len(tree["left_children"]))),
        "categories_segments": [0] * len(tree["left_children"]),
        "categories_sizes": [1] * len(tree["left_children"]),
    }
    yield "categories-of-2^24", with_member(trees, [sets] * 6)
    yield "categories-of-2^24-often", with_member(
        trees,
        [
            {
                **sets,
                "categories_nodes": [0] * 20000,
                "categories_segments": [0] * 20000,
                "categories_sizes": [1] * 20000,
            }
        ],
    )
    yield "categories-overlap", with_member(
        trees,
        [
            {
                **sets,
                "categories": [1] * 20000,
                "categories_nodes": [0] * 20000,
                "categories_segments": [0] * 20000,
                "categories_sizes": [20000] * 20000,
            }
        ],
    )
    yield "digits", seed.replace("[", "[" + "1" * 1_000_000 + ",", 1).encode()
    yield "fraction", seed.replace("[", "[0." + "1" * 1_000_000 + ",", 1).encode()
    yield "exponent", seed.replace("[", "[1e999999999999999999,", 1).encode()
    yield "names", with_member(("learner", "feature_names"), ["x" * 1000] * 1000)
    yield "escapes", ('{"version":[1],"learner":{"feature_names":["' + "\\u0041" * 300000 + '"]}}').encode()
    yield "broken-escape", ('{"learner":{"feature_names":["' + "\\" * 300001 + '"]}}').encode()
    yield "members", ("{" + ",".join('"learner":{}' for _ in range(100000)) + "}").encode()
    yield "text-without-end", b'{"' + b"x" * 1_000_000
    yield "blanks", b"{" + b" " * 1_000_000


def ubj_bombs():
    for count in (1 << 7, 1 << 31, 1 << 40, (1 << 63) - 1, -1):
        length = b"L" + struct.pack(">q", count)
        for name, content in {
            "typed-array": b"[$d#" + length,
            "typed-bytes": b"[$U#" + length,
            "empty-typed": b"[$Z#" + length,
            "empty-true": b"[$T#" + length,
            "counted-array": b"[#" + length,
            "counted-object": b"{#" + length,
            "typed-object": b"{$d#" + length,
            "text": b"S" + length,
            "large": b"H" + length,
            "array-of-arrays": b"[$[#" + length,
            "array-of-texts": b"[$S#" + length,
        }.items():
            yield f"{name}-{count:x}", b"{L" + struct.pack(">q", 7) + b"version" + content
            yield f"{name}-skipped-{count:x}", b"{L" + struct.pack(">q", 1) + b"x" + content + b"[$d#L"
        yield f"name-{count:x}", b"{" + length + b"learner"
    for depth in (100, 10_000, 1_000_000):
        yield f"nested-arrays-{depth}", b"{i\1x" + b"[" * depth
        yield f"nested-objects-{depth}", b"{i\1x" * depth
        yield f"nested-counted-{depth}", b"{i\1x" + b"[#i\1" * depth


def text_bombs():
    for seed in ("classes", "categories", "linear"):
        text = (case.SEEDS / "boosters" / f"{seed}.txt").read_text()
        keys = sorted(set(re.findall(r"^(\w+)=", text, re.M)))
        for key in keys:
            for name, value in {
                "huge": "2147483647",
                "larger": "99999999999999999999",
                "negative": "-2147483648",
                "nan": "nan",
                "infinite": "inf",
                "empty": "",
                "many": "1 " * 200000,
                "digits": "9" * 100000,
                "word": "\0\xff",
            }.items():
                yield f"{seed}-{key}-{name}", re.sub(rf"^{key}=.*$", f"{key}={value}", text, flags=re.M).encode(
                    "latin-1"
                )
    yield "trees", ("tree\n" + "Tree=0\nnum_leaves=1\n" * 50000 + "end of trees\n").encode()
    yield "leaves", (
        "tree\nmax_feature_idx=0\n" + "Tree=0\nnum_leaves=1\nleaf_value=1\n\n" * 50000 + "end of trees\n"
    ).encode()
    yield "columns", b"tree\nobjective=regression\nmax_feature_idx=2147483646\nTree=0\nnum_leaves=1\nleaf_value=1\n\nend of trees\n"
    yield "outputs", b"tree\nobjective=multiclass num_class:2147483647\nnum_tree_per_iteration=2147483647\nmax_feature_idx=1\nend of trees\n"
    yield "outputs-without-trees", b"tree\nobjective=multiclass num_class:4194304\nnum_tree_per_iteration=4194304\nmax_feature_idx=1\nend of trees\n"
    yield "lines", b"tree\n" + b"\n" * 2_000_000 + b"end of trees\n"
    yield "equals", b"tree\n" + b"=" * 2_000_000


def cases():
    for make, format, file in (
        (json_bombs, "xgboost-json", "model.json"),
        (ubj_bombs, "xgboost-ubj", "model.ubj"),
        (text_bombs, "lightgbm", "model.txt"),
    ):
        for name, content in make():
            yield case.Case(FAMILY, format, name, file, lambda content=content: content, refused=False)
