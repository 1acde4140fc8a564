"""Reads a log of JSON lines and prints those that fit: lines.py FILE [KEY=VALUE…]. Fails where a line is no such line."""
import json, sys

wanted = [word.split("=", 1) for word in sys.argv[2:]]
for number, line in enumerate(open(sys.argv[1], newline="\n"), 1):
    try:
        event = json.loads(line)
        assert list(event)[:4] == ["time", "level", "part", "message"], "not the members of a log line"
        assert line.endswith("\n") and line[:-1].isprintable(), "not printable"
    except Exception as error:
        sys.exit(f"line {number}: {error}: {line!r}")
    if all(str(event.get(key)) == value for key, value in wanted):
        print(line, end="")
