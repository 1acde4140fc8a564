#!/usr/bin/env python3
"""Gives hostile files to the program: nothing in them may run, crash it, hang it or take more memory than is promised.

    run.py ROOST SCRATCH [--quick] [--only REGEX] [--list]

A line for each family and format: `ok` or `FAIL`, a tab, what was shown, and for a failure why. --quick takes every
fortieth case.
"""

import argparse
import collections
import os
import pathlib
import queue
import re
import shutil
import socket
import sys
import threading

import bombs
import case
import damage
import depth
import execution
import folders
import mutation
import program
import server

#: Of all cases, one in so many is also tried on the running server; all of those that are asked for answers.
SERVED = 40
#: Ways a case of --quick is picked.
QUICK = 40
#: Failures of one line that are told.
TOLD = 12


class Trap:
    """What attacks would leave traces in."""

    def __init__(self, scratch):
        self.folder = pathlib.Path(scratch) / "bait"
        shutil.rmtree(self.folder, ignore_errors=True)
        (self.folder / "canaries").mkdir(parents=True)
        (self.folder / "tools" / "folder").mkdir(parents=True)
        self.listener = socket.create_server(("127.0.0.1", 0))
        self.listener.setblocking(False)
        canary = self.folder / "canaries" / "made"
        touch = f"open({str(canary)!r}, 'w')"
        call = f"cos\nsystem\n(Vtouch {canary}\ntR.".encode()
        for name, content in {
            "tool.py": touch.encode(),
            "tooled.py": touch.encode(),
            "inner.pkl": call,
            "inner.npy": b"\x93NUMPY\1\0\x76\0{'descr': '|O', 'fortran_order': False, 'shape': (1,), }".ljust(128)
            + call,
        }.items():
            (self.folder / "tools" / name).write_bytes(content)
        self.victim = self.folder / "victim"
        self.victim.write_bytes(b"left alone")
        self.bait = case.Bait(str(canary), str(self.victim), self.listener.getsockname()[1], str(self.folder / "tools"))

    def sprung(self):
        """What was touched; None where nothing was."""
        made = os.listdir(self.folder / "canaries")
        if made:
            return f"something made {made[0]}"
        if self.victim.read_bytes() != b"left alone" or not (self.folder / "tools" / "folder").exists():
            return "something took the victim away"
        try:
            self.listener.accept()
            return "something called the port"
        except BlockingIOError:
            return None


def put(folder, content):
    """Writes the files of a folder."""
    for name, held in content.items():
        path = folder / name
        path.parent.mkdir(parents=True, exist_ok=True)
        if isinstance(held, folders.Link):
            path.symlink_to(held)
        elif isinstance(held, folders.Pipe):
            os.mkfifo(path)
        else:
            path.write_bytes(held)


def inspected(one, inspector, scratch):
    """What is wrong with how the program takes a case; None if nothing is."""
    folder = pathlib.Path(scratch) / f"case-{threading.get_ident()}"
    shutil.rmtree(folder, ignore_errors=True)
    folder.mkdir(parents=True)
    content = one.content()
    if isinstance(content, dict):
        put(folder, content)
        size = sum(len(held) for held in content.values() if isinstance(held, bytes))
        path = folder
    else:
        path, size = folder / one.file, len(content)
        path.write_bytes(content)
    del content
    outcome = inspector.ask(str(path))
    if outcome.signal:
        return f"signal {outcome.signal} after {outcome.seconds:.1f} s: {outcome.error[-300:]}"
    if outcome.code not in (0, 1):
        return f"exit {outcome.code}: {outcome.error[-300:]}"
    if outcome.reason is None and one.refused:
        return "was taken for a good model"
    if outcome.reason is not None and not case.names_place(outcome.reason):
        return f"no place in: {outcome.reason[:300]}"
    return costs(outcome.seconds, outcome.bytes, size)


def costs(seconds, taken, size):
    if seconds > program.CPU_MAX:
        return f"took {seconds:.1f} s for {size} bytes"
    if taken > program.allowed(size):
        return f"took {taken >> 20} MiB for {size} bytes"
    return None


class Tally:
    """Counts what was shown, by family and format."""

    def __init__(self):
        self.passed, self.failed = collections.Counter(), collections.defaultdict(list)
        self.lock = threading.Lock()

    def add(self, line, name, fault):
        with self.lock:
            if fault is None:
                self.passed[line] += 1
            else:
                self.failed[line].append(f"{name}: {fault}")
                print(f"{line} {name}: {fault}", file=sys.stderr, flush=True)

    def tell(self):
        for line in sorted({*self.passed, *self.failed}):
            faults = self.failed[line]
            for fault in faults[:TOLD]:
                print(f"FAIL\t{line}\t{fault}")
            count = self.passed[line]
            print(
                f"{'FAIL' if faults else 'ok'}\t{line}: {count} of {count + len(faults)} files\t{len(faults)} failed"
                if faults
                else f"ok\t{line}: {count} files"
            )
        print(f"total\t{sum(self.passed.values())} passed, {sum(map(len, self.failed.values()))} failed")


def inspect_all(cases, tally, trap, options):
    left = queue.Queue()
    for one in cases:
        left.put(one)

    def work():
        inspector = program.Inspector(options.program, options.scratch)
        while True:
            try:
                one = left.get_nowait()
            except queue.Empty:
                return inspector.close()
            fault = inspected(one, inspector, options.scratch)
            tally.add(f"{one.family} by {one.format}", one.name, fault or trap.sprung())

    workers = [threading.Thread(target=work) for _ in range(min(4, os.cpu_count() or 1))]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join()


def serve_all(cases, tally, trap, options):
    """The server is started anew where it has fallen, so that one fault is one fault."""
    running = server.Server(options.program, options.scratch)
    for one in cases:
        line = f"{one.family} at a running server"
        content = one.content()
        if isinstance(content, dict) or len(content) > 4 << 20:
            continue
        try:
            faults, seconds, taken = running.try_model(one.file, content, one.rows or case.rows(""))
            fault = "; ".join(faults) or costs(seconds, taken, len(content)) or trap.sprung()
        except server.Fallen as gone:
            status = running.process.poll()
            fault = f"the server fell: {gone}, status {status}"
            running.process.kill()
            running = server.Server(options.program, options.scratch)
        tally.add(line, f"{one.format}/{one.name}", fault)
    tally.add("the server", "ends at TERM", running.stop())


def main():
    parser = argparse.ArgumentParser(description=__doc__.split("\n")[0])
    parser.add_argument("program")
    parser.add_argument("scratch")
    parser.add_argument("--quick", action="store_true")
    parser.add_argument("--only", default=".", help="regular expression of FAMILY/FORMAT/NAME")
    parser.add_argument("--list", action="store_true", help="only counts the cases")
    options = parser.parse_args()
    trap = Trap(options.scratch)
    families = (execution, folders, bombs, damage, depth, mutation)
    cases = [one for family in families for one in family.cases(trap.bait) if re.search(options.only, one.title)]
    if options.quick:
        cases = [one for index, one in enumerate(cases) if index % QUICK == 0]
    if options.list:
        for (family, format), count in sorted(collections.Counter((one.family, one.format) for one in cases).items()):
            print(f"{family}\t{format}\t{count}")
        return
    tally = Tally()
    asked = [one for one in cases if one.rows]
    others = [one for one in cases if not one.rows]
    inspect_all(others, tally, trap, options)
    serve_all(asked + others[:: 1 if options.only != "." else SERVED], tally, trap, options)
    tally.tell()


main()
