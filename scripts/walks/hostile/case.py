"""What a hostile case is; the families in the files beside this one are made of these."""

import dataclasses
import functools
import json
import pathlib
import re
import typing

HERE = pathlib.Path(__file__).resolve().parent
SEEDS = HERE / "seeds"


@dataclasses.dataclass
class Case:
    """A file, or a folder of files, and what must become of it."""

    #: The sort of attack.
    family: str
    #: The format that is attacked.
    format: str
    name: str
    #: The name of the file; its end tells the format.
    file: str
    #: Makes the content when it is needed: bytes, or for a folder the bytes (or link targets) by path.
    content: typing.Callable[[], object]
    #: Whether the file must be refused; else it may load too, as long as nothing happens.
    refused: bool = True
    #: Rows of the seed that this was made of: such a case is asked for answers as well.
    rows: typing.Optional[list] = None

    @property
    def title(self):
        return f"{self.family}/{self.format}/{self.name}"


@dataclasses.dataclass(frozen=True)
class Bait:
    """What an attack would leave a trace in."""

    #: A file that an attack makes.
    canary: str
    #: A file that an attack takes away.
    victim: str
    #: A port that an attack connects to.
    port: int
    #: A script, a pickle and a shared folder that an attack may run or read.
    folder: str


def seeds(pattern):
    """Names and contents of the seeds, in the order of their names."""
    return [(path.name, path.read_bytes()) for path in sorted(SEEDS.glob(pattern))]


#: Of each folder of seeds, which format the end of a name stands for.
FORMATS = {
    "boosters": {".json": "xgboost-json", ".ubj": "xgboost-ubj", ".txt": "lightgbm"},
    "catboost": {".cbm": "catboost-binary", ".json": "catboost-json"},
    "onnx": {".onnx": "onnx"},
    "pickled-boosters": {".pickle": "pickled-booster"},
    "pmml": {".pmml": "pmml"},
    "xgboost-binary": {".bin": "xgboost-binary"},
}


@functools.lru_cache(maxsize=None)
def all_rows():
    return json.loads((SEEDS / "rows.json").read_text())


def rows(name):
    """Rows that a seed takes; of boosters four numbers."""
    return all_rows().get(name, [[1.5, 2, 3, 1], [0, 4.5, 1, 2]])


#: A reason names a byte of the file, a way to a member, or a file.
PLACE = re.compile(r"^(in|out)put '[^']*': |line \d+(, column \d+)?: |at byte \d+|at line \d+|^[^ ]*[\w\])]: |model: |/[^ ]*: |Tree=\d+|trees\[")


def names_place(reason):
    return bool(PLACE.search(reason))
