#!/usr/bin/env python3
"""Shows that the attacks are real: Python's own unpickler, which runs what a pickle names, falls for them.

    prove.py SCRATCH

Every gadget that Python itself brings is loaded once, in a process and a folder of its own.
"""

import os
import pathlib
import subprocess
import sys

import assembler as a
import case
import gadgets

#: So many of them must leave a trace, whatever version of Python this is.
FIRED_MIN = 40
#: Gadgets that would touch more than the folder that is theirs.
LEFT_OUT = {
    "os.kill",
    "builtins.help",
    "antigravity.geohash",
    "ensurepip._run_pip",
    "venv.create",
    "webbrowser.open",
    "os.chdir",
}
SECONDS_MAX = 10


def falls_for(module, name, arguments, folder):
    """Whether Python makes the canary when it loads a call of this."""
    tools = folder / "tools"
    tools.mkdir(parents=True)
    canary, victim = folder / "made", folder / "victim"
    victim.write_bytes(b"left alone")
    touch = f"open({str(canary)!r}, 'w')"
    for file in ("tool.py", "tooled.py"):
        (tools / file).write_text(touch)
    bait = case.Bait(str(canary), str(victim), 9, str(tools))
    content = a.pickle(a.called(module, name, gadgets.filled(arguments, bait), 4), 4)
    (folder / "model.pkl").write_bytes(content)
    try:
        subprocess.run(
            [sys.executable, "-c", "import pickle; pickle.load(open('model.pkl', 'rb'))"],
            cwd=folder,
            timeout=SECONDS_MAX,
            env={**os.environ, "PYTHONPATH": str(tools)},
            stdin=subprocess.DEVNULL,
            stdout=subprocess.DEVNULL,
            stderr=subprocess.DEVNULL,
        )
    except subprocess.TimeoutExpired:
        pass
    return canary.exists() or not victim.exists() or victim.read_bytes() != b"left alone"


def main():
    scratch = pathlib.Path(sys.argv[1]) / "proof"
    fired, tried = [], 0
    for index, (module, name, arguments) in enumerate(gadgets.gadgets()):
        leaves_trace = "{C}" in arguments or "{V}" in arguments or "tooled" in arguments or "{F}" in arguments
        if (
            f"{module}.{name}" in LEFT_OUT
            or not leaves_trace
            or module.partition(".")[0] not in sys.stdlib_module_names
        ):
            continue
        tried += 1
        if falls_for(module, name, arguments, scratch / str(index)):
            fired.append(f"{module}.{name}")
    verdict = "ok" if len(fired) >= FIRED_MIN else "FAIL"
    print(f"{verdict}\tPython's own unpickler runs {len(fired)} of {tried} calls of its own library\t{' '.join(fired)}")


main()
