"""What a benchmark needs to know of processes, and how figures are printed.

CPU is user + system time from /proc of a process and all its descendants. Every figure is the median of several rounds;
the rounds of all servers alternate, so that a slow moment of the machine meets all alike.
"""
import os
import re
import signal
import statistics
import subprocess
import sys
import time

HERTZ = os.sysconf("SC_CLK_TCK")
children = []


def spawn(scratch, *command, environment=None):
    """Starts a program; what it prints goes into a file of the scratch folder named after its first two words."""
    name = "-".join([os.path.basename(command[0]), str(command[1]).strip("-").replace("/", "_")])
    with open(f"{scratch}/{name}.out", "w") as out:
        child = subprocess.Popen([str(word) for word in command], stdout=out, stderr=subprocess.STDOUT,
                                 env={**os.environ, **(environment or {})})
    children.append(child)
    return child


def stop(child):
    child.send_signal(signal.SIGTERM)
    child.wait()
    children.remove(child)


def stop_all():
    for child in children:
        child.send_signal(signal.SIGTERM)
    for child in children:
        child.wait()
    children.clear()


def until(what, check, seconds=60):
    """Asks again and again until the check gives something."""
    deadline = time.monotonic() + seconds
    while True:
        try:
            result = check()
            if result:
                return result
        except OSError:
            pass
        if time.monotonic() > deadline:
            sys.exit(f"bench: waited {seconds} s for {what}")
        time.sleep(0.0005)


def tree(pid):
    """A process and its descendants."""
    pids = [pid]
    for child in subprocess.run(["pgrep", "-P", str(pid)], capture_output=True, text=True).stdout.split():
        pids += tree(int(child))
    return pids


def cpu_seconds(pids):
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/stat") as file:
            fields = file.read().rsplit(")", 1)[1].split()
        total += int(fields[11]) + int(fields[12])
    return total / HERTZ


def resident_mib(pids):
    """Resident memory of processes; pages that they share count once for each."""
    total = 0
    for pid in pids:
        with open(f"/proc/{pid}/status") as file:
            total += int(re.search(r"VmRSS:\s+(\d+)", file.read()).group(1))
    return total / 1024


def busy():
    """How busy the machine is besides: figures of a busy one are only good beside each other."""
    return f"load {os.getloadavg()[0]:.1f}"


def row(name, values, unit, note=""):
    """A line with the median, the extremes and a note; returns the median."""
    middle = statistics.median(values)
    print(f"  {name:52} {middle:10.2f} {unit:4} [{min(values):.2f} … {max(values):.2f}]  {note}".rstrip(), flush=True)
    return middle
