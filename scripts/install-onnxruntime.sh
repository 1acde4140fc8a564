#!/usr/bin/env bash
# Puts onnxruntime's library, out of the pinned wheel on PyPI, where Roost finds it: $XDG_DATA_HOME/roost/onnxruntime, or
# ~/.local/share/roost/onnxruntime. Does nothing where it is there. A folder can be named instead.
set -euo pipefail
list=$(cd "$(dirname "$0")/.." && pwd)/packaging/onnxruntime.txt
folder=${1:-${XDG_DATA_HOME:-$HOME/.local/share}/roost/onnxruntime}
version=$(sed -n 's/^onnxruntime==\([0-9.]*\).*/\1/p' "$list")
library=libonnxruntime.so.$version
[ -e "$folder/$library" ] && { echo "$folder/$library is there"; exit 0; }

command -v python3 >/dev/null || { echo "python3 is missing: it unpacks the wheel" >&2; exit 1; }
scratch=$(mktemp -d)
trap 'rm -rf "$scratch"' EXIT
pip="python3 -m pip"
if ! $pip --version >/dev/null 2>&1; then
    python3 -m venv "$scratch/venv" >/dev/null 2>&1 || { echo "python3 has neither pip nor venv: apt-get install python3-venv" >&2; exit 1; }
    pip=$scratch/venv/bin/pip
fi
$pip download -q --disable-pip-version-check --no-deps --only-binary=:all: --require-hashes --dest "$scratch" \
    --python-version 3.12 --platform "manylinux_2_28_$(uname -m)" --requirement "$list" >&2
python3 - "$scratch" "$folder" "$library" <<'PYTHON'
import os, pathlib, shutil, sys, zipfile

scratch, folder, library = sys.argv[1:]
folder = pathlib.Path(folder)
folder.mkdir(parents=True, exist_ok=True)
wheel = zipfile.ZipFile(next(pathlib.Path(scratch).glob("*.whl")))
new = folder / f".{library}.{os.getpid()}"
with wheel.open(f"onnxruntime/capi/{library}") as source, new.open("wb") as target:
    shutil.copyfileobj(source, target)
new.rename(folder / library)
for name in wheel.namelist():
    if name.endswith(("/LICENSE", "/ThirdPartyNotices.txt")):
        (folder / pathlib.Path(name).name).write_bytes(wheel.read(name))
PYTHON
echo "$folder/$library"
