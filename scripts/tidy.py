"""Rules of the house that the formatter does not know; run by `make lint`. Prints every breach with its place."""
import pathlib, re, sys

root = pathlib.Path(__file__).resolve().parent.parent
sources = sorted((root / "Sources").rglob("*.swift"))
tests = sorted((root / "Tests").rglob("*.swift"))
breaches = []

DRAWERS = {"Utils", "Util", "Helpers", "Helper", "Manager", "Common", "Misc"}
BANNED = [
    (re.compile(r"^\s*(package |public )?import Foundation"), "Foundation costs 50 MB and milliseconds in every replica: CLinux has libc"),
    (re.compile(r"@testable"), "tests import rooms as anybody does: make it `package`"),
    (re.compile(r"\bpublic (func|struct|class|enum|var|let|init)\b"), "`package` crosses rooms; nothing outside is promised anything"),
    (re.compile(r"\b(TODO|FIXME|XXX)\b(?!\(#\d+\))"), "a TODO names its issue: TODO(#123)"),
]
TYPE = re.compile(r"^\s*package (?:(?:final|indirect)\s+)*(struct|enum|class|protocol|actor) (\w+)")
ATTRIBUTE = re.compile(r"^\s*@")
LINES_MAX = 420

for path in sources + tests:
    name = path.relative_to(root)
    lines = path.read_text().splitlines()
    if path.stem in DRAWERS:
        breaches.append(f"{name}: a drawer for everything: name the file after its idea")
    if len(lines) > LINES_MAX:
        breaches.append(f"{name}: {len(lines)} lines, more than {LINES_MAX}: which two ideas are these?")
    for number, line in enumerate(lines, 1):
        for pattern, why in BANNED:
            if pattern.search(line) and not (path in tests and "Foundation" in why):
                breaches.append(f"{name}:{number}: {why}")
    for number, line in enumerate(lines):
        found = TYPE.match(line)
        above = number - 1
        while found and ATTRIBUTE.match(lines[above]):
            above -= 1
        if found and path in sources and not lines[above].strip().startswith("///"):
            breaches.append(f"{name}:{number + 1}: {found.group(1)} {found.group(2)} has no doc line")

MARK = re.compile(r"^(<{7}|>{7})( |$)", re.M)
for path in [root / "Makefile", *(root / "packaging").rglob("*"), *(root / "docs").rglob("*.md"), *(root / "scripts").rglob("*"), *root.glob("*.md")]:
    if path.is_file() and "__pycache__" not in path.parts and MARK.search(path.read_text(errors="replace")):
        breaches.append(f"{path.relative_to(root)}: a mark of a merge was left")

architecture = (root / "docs/architecture.md").read_text()
for room in re.findall(r'room\(\s*"(\w+)"', (root / "Package.swift").read_text()):
    if f"`{room}`" not in architecture:
        breaches.append(f"docs/architecture.md: room {room} has no line")

for breach in breaches:
    print(breach)
sys.exit(1 if breaches else 0)
