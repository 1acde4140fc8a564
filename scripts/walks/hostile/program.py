"""Runs the program on hostile files, one by one, and measures what each took.

    program.py ROOST SCRATCH      reads paths, a line each, and writes outcomes, a line of JSON each

A process of its own, because Linux counts what the starting process holds into the peak of the started one: this one
stays small.
"""

import dataclasses
import json
import os
import resource
import signal
import subprocess
import sys
import threading

#: Seconds of processor time that a file may take.
CPU_MAX = 2.0
#: Seconds after which a run is given up; more than the processor's, since the machine may be busy.
WALL_MAX = 30
#: The promise of docs/safety.md: so many bytes, or so many times the file's size, whichever is more.
BYTES_FREE = 128 << 20
TIMES_SIZE = 512
#: Bytes of address space that a run may take at all.
SPACE_MAX = 3 << 30


def allowed(size):
    return max(BYTES_FREE, TIMES_SIZE * size)


@dataclasses.dataclass
class Outcome:
    code: int
    signal: int
    out: str
    error: str
    seconds: float
    bytes: int

    @property
    def reason(self):
        """Why the file is not served; None where it is."""
        if self.code:
            return self.error.strip()
        try:
            return json.loads(self.out).get("reason")
        except json.JSONDecodeError:
            return "no JSON: " + self.out[:200]


def inspect(program, path, scratch):
    """`roost model inspect`, alone in a process."""
    out, error = f"{scratch}/out.{os.getpid()}", f"{scratch}/err.{os.getpid()}"
    flags = os.O_WRONLY | os.O_CREAT | os.O_TRUNC
    actions = [
        (os.POSIX_SPAWN_OPEN, 0, "/dev/null", os.O_RDONLY, 0),
        (os.POSIX_SPAWN_OPEN, 1, out, flags, 0o600),
        (os.POSIX_SPAWN_OPEN, 2, error, flags, 0o600),
    ]
    child = os.posix_spawn(program, [program, "model", "inspect", path, "-o", "json"], os.environ, file_actions=actions)
    resource.prlimit(child, resource.RLIMIT_AS, (SPACE_MAX, SPACE_MAX))
    timer = threading.Timer(WALL_MAX, lambda: os.kill(child, signal.SIGKILL))
    timer.start()
    _, status, usage = os.wait4(child, 0)
    timer.cancel()
    with open(out, errors="replace") as held_out, open(error, errors="replace") as held_error:
        return Outcome(
            code=os.waitstatus_to_exitcode(status),
            signal=os.WTERMSIG(status) if os.WIFSIGNALED(status) else 0,
            out=held_out.read(),
            error=held_error.read(),
            seconds=usage.ru_utime + usage.ru_stime,
            bytes=usage.ru_maxrss << 10,
        )


class Inspector:
    """The other end of the lines."""

    def __init__(self, program, scratch):
        self.process = subprocess.Popen(
            [sys.executable, __file__, program, scratch], stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
        )

    def ask(self, path):
        self.process.stdin.write(path + "\n")
        self.process.stdin.flush()
        return Outcome(**json.loads(self.process.stdout.readline()))

    def close(self):
        self.process.stdin.close()
        self.process.wait()


def main():
    program, scratch = sys.argv[1:3]
    for line in sys.stdin:
        print(json.dumps(dataclasses.asdict(inspect(program, line.rstrip("\n"), scratch))), flush=True)


if __name__ == "__main__":
    main()
