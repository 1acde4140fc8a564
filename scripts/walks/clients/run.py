"""Runs the client programs of this folder against model servers around the same files.

    run.py ROOST SCRATCH        Roost's servers
    run.py --peer SCRATCH       KServe's own, which proves the checks themselves
"""
import json
import pathlib
import subprocess
import sys

HERE = pathlib.Path(__file__).resolve().parent
sys.path.append(str(HERE.parent.parent / "peers"))
import servers


def start(program, scratch, models):
    if program == "--peer":
        return servers.KServe(scratch).start(models)
    return servers.Roost(scratch).start(models, program)


def main():
    program, scratch = sys.argv[1:3]
    try:
        python, models = servers.python("kserve"), servers.models()
        started = start(program, scratch, models)
    except servers.Unavailable as reason:
        print(f"unavailable: {reason}")
        sys.exit(3)
    with started:
        ports = json.dumps({"http": started.http, "grpc": started.grpc, "peer": program == "--peer", "scratch": scratch})
        codes = [subprocess.run([python, HERE / f"{name}.py", ports]).returncode for name in ("triton", "sdk", "plain")]
    sys.exit(1 if any(codes) else 0)


main()
