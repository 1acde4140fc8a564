"""Model folders that lead out of themselves, or whose MLmodel is not what it should be."""

import pickle

import assembler as a
import case

FAMILY = "folder"


class Link(str):
    """A symbolic link to this."""


class Pipe:
    """A pipe that nobody writes to."""


def manifest(path, extra="", flavor="sklearn", key="pickled_model"):
    return f"flavors:\n  {flavor}:\n    {key}: {path}\n    serialization_format: cloudpickle\n{extra}".encode()


def paths(bait):
    """Paths in MLmodel, and what lies beside it."""
    call = a.pickle(a.called("os", "system", (f"touch {bait.canary}",), 4), 4)
    good = (case.SEEDS / "logistic.pkl").read_bytes()
    for index, path in enumerate(
        [
            "../outside.pkl",
            "/etc/passwd",
            "model/../../outside.pkl",
            "..",
            ".",
            "./",
            "",
            "~/x",
            "$HOME/x",
            "model.pkl/",
            "model.pkl/..",
            "//etc/passwd",
            "a//b",
            '"\\0"',
            '"../\\u0065tc/passwd"',
            "file:///etc/passwd",
            "http://127.0.0.1/",
            '"a\\nb"',
            "x" * 5000,
            "a/" * 3000,
            "[a, b]",
            "{a: b}",
            "null",
            "1",
            '"C:\\\\x"',
            "..\\\\outside.pkl",
            "%2e%2e/outside.pkl",
            "model.pkl\u202e",
            '"model.pkl\\0.txt"',
            "/proc/self/mem",
            "/dev/zero",
            "/dev/stdin",
        ]
    ):
        for flavor, key in (("sklearn", "pickled_model"), ("xgboost", "data"), ("lightgbm", "model_path")):
            yield f"path-{index}-{flavor}", {"MLmodel": manifest(path, "", flavor, key)}
    for target in (
        "/etc/passwd",
        "/dev/zero",
        "/dev/random",
        "/dev/full",
        "/proc/self/mem",
        "/proc/kcore",
        "/",
        ".",
        "..",
        "MLmodel",
        "loop",
        "nowhere",
        "/dev/tty",
        "/dev/stdin",
        "/dev/fd/0",
    ):
        yield f"link-{target.replace('/', '_')}", {"MLmodel": manifest("loop"), "loop": Link(target)}
        yield f"link-alone-{target.replace('/', '_')}", {"model.pkl": Link(target)}
        yield f"manifest-link-{target.replace('/', '_')}", {"MLmodel": Link(target)}
    yield "pipe", {"model.pkl": Pipe()}
    yield "pipe-json", {"model.json": Pipe()}
    yield "pipe-of-manifest", {"MLmodel": Pipe()}
    yield "pipe-named-by-manifest", {"MLmodel": manifest("model.pkl"), "model.pkl": Pipe()}
    yield "folder-named-by-manifest", {"MLmodel": manifest("model"), "model/x": good}
    yield "folder-called-as-file", {"model.pkl/x": good}
    yield "call", {"MLmodel": manifest("model.pkl"), "model.pkl": call}
    yield "call-without-manifest", {"model.pkl": call}
    yield "two-files", {"model.pkl": good, "model.joblib": call}
    yield "wrong-ending", {"model.json": call}
    yield "wrong-ending-text", {"model.txt": call}
    yield "wrong-ending-ubj", {"model.ubj": call}
    yield "empty", {}
    yield "empty-file", {"model.pkl": b""}


def manifests(bait):
    """What YAML and MLflow would make of a manifest."""
    loader = "  python_function:\n    loader_module: {}\n    data: .\n    code: code\n    env: conda.yaml\n"
    touch = f"touch {bait.canary}"
    for module in (
        "os",
        "subprocess",
        "builtins",
        "tooled",
        "mlflow.sklearn",
        "../tool",
        "runpy",
        "code.tool",
        "a" * 10000,
    ):
        yield f"loader-{module[:20]}", b"flavors:\n" + loader.format(module).encode()
        yield f"loader-with-code-{module[:20]}", {
            "MLmodel": b"flavors:\n" + loader.format(module).encode(),
            "code/tool.py": f"open({bait.canary!r}, 'w')".encode(),
            "code/sitecustomize.py": f"open({bait.canary!r}, 'w')".encode(),
            "python_model.pkl": pickle.dumps(1),
        }
    for index, tag in enumerate(
        [
            "!!python/object/apply:os.system",
            "!!python/object/new:os.system",
            "!!python/object:os.system",
            "!!python/name:os.system",
            "!!python/module:os",
            "!!python/object/apply:subprocess.Popen",
            "!!python/tuple",
            "!!python/object/new:type",
            "!!js/function",
            "!ruby/object:Gem::Installer",
            "!!binary",
            "!<!>",
            "!!set",
            "!!omap",
            "!!timestamp",
            "!!merge",
            "!!float",
            "!env",
            "!include",
            "!vault",
            "!Ref",
        ]
    ):
        yield f"tag-{index}", f'flavors: {tag} ["{touch}"]\n'.encode()
        yield f"tag-of-path-{index}", manifest(f'{tag} ["{touch}"]')
    laughs = "a0: &a0 [x,x,x,x,x,x,x,x,x,x]\n" + "".join(
        f"a{n}: &a{n} [{','.join([f'*a{n - 1}'] * 10)}]\n" for n in range(1, 30)
    )
    maps = "a0: &a0 {x: y}\n" + "".join(
        f"a{n}: &a{n} {{{','.join(f'k{k}: *a{n - 1}' for k in range(10))}}}\n" for n in range(1, 30)
    )
    for name, content in {
        "laughs": laughs + "flavors: *a29\n",
        "laughs-of-maps": maps + "flavors: *a29\n",
        "merge": "a: &a {x: 1}\nflavors: {<<: *a, <<: *a}\n",
        "cycle": "flavors: &f {sklearn: *f}\n",
        "cycle-list": "flavors: &f [*f]\n",
        "unknown-anchor": "flavors: *nobody\n",
        "open": "flavors: [",
        "open-map": "flavors: {",
        "deep-lists": "flavors: " + "[" * 100000,
        "deep-maps": "flavors: " + "{a: " * 100000,
        "deep-blocks": "\n".join(" " * n + "a:" for n in range(2000)),
        "deep-dashes": "- " * 50000,
        "long-key": "? " + "x" * 1_000_000,
        "long-text": "flavors: '" + "x" * 1_000_000,
        "tabs": "\t\t\tflavors:\n",
        "nul": "flavors:\0\n",
        "documents": "---\n" * 100000,
        "directive": "%YAML 9.9\n---\nflavors: {}\n",
        "many-anchors": "".join(f"- &a{n} x\n" for n in range(50000)),
        "many-keys": "".join(f"k{n}: x\n" for n in range(50000)),
        "same-keys": "flavors: x\n" * 50000,
        "number": "9" * 100000,
        "bom": "\ufeffflavors: {}\n",
        "utf16": "",
        "latin": "",
        "scalar": "x",
        "list": "[1, 2]",
        "nothing": "",
        "null": "null",
        "flavors-text": "flavors: x",
        "flavors-list": "flavors: [sklearn]",
        "flavor-text": "flavors: {sklearn: x}",
        "flavor-null": "flavors: {sklearn: }",
        "folded": "flavors: >\n" + " x\n" * 100000,
        "quote": 'flavors: "\\x"',
        "surrogate": 'flavors: "\\ud800"',
        "comment": "#" * 1_000_000,
        "entities": '<?xml version="1.0"?><!DOCTYPE x [<!ENTITY a "b">]><x>&a;</x>',
    }.items():
        yield f"yaml-{name}", content.encode()
    yield "yaml-utf16-bytes", "flavors: {}".encode("utf-16")
    yield "yaml-not-utf8", b"flavors: {\xff\xfe: \x80}\n"


def cases(bait):
    for name, files in paths(bait):
        yield case.Case(FAMILY, "mlflow", name, "", lambda files=files: files, refused=False)
    for name, content in manifests(bait):
        files = content if isinstance(content, dict) else {"MLmodel": content}
        yield case.Case(FAMILY, "mlflow", name, "", lambda files=files: files)
