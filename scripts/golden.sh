#!/bin/bash
# golden.sh   replays recorded decisions of upstream's own code (kubernetes, knative, gjson, text/template) against Roost's code
# and prints what came of each set. GOLDEN_DIR names a folder of them; without one, those that the repository keeps are replayed.
set -eu -o pipefail
cd "$(dirname "$0")/.."
rooms='ScalingTests|KubeModelTests|KubeKindsTests|KServeModelTests|GJSONTests|GraphTests|ServerlessTests|GatewayTests'
log=$(mktemp)
trap 'rm -f "$log"' EXIT
[ -z "${GOLDEN_DIR:-}" ] || GOLDEN_DIR=$(realpath "$GOLDEN_DIR")
export GOLDEN_DIR=${GOLDEN_DIR:-}
status=0
swift test -c release --skip-build --disable-xctest --filter "$rooms" >"$log" 2>&1 || status=$?
python3 - "$log" "$GOLDEN_DIR" <<'P'
import os, re, sys

sets = {}
for line in open(sys.argv[1], errors="replace"):
    found = re.search(r"golden (\S+/\S+): (?:(\d+) passed, (\d+) failed|absent)", line)
    if found and found[2]:
        sets[found[1]] = (int(found[2]), int(found[3]))
present = {
    f"{folder}/{name[:-5]}"
    for folder in (os.listdir(sys.argv[2]) if sys.argv[2] else [])
    if os.path.isdir(f"{sys.argv[2]}/{folder}")
    for name in os.listdir(f"{sys.argv[2]}/{folder}")
    if name.endswith(".json")
}
print(f"{'SET':42}{'PASSED':>8}{'FAILED':>8}")
for name in sorted(set(sets) | present):
    passed, failed = sets.get(name, ("-", "-"))
    note = "" if name in sets else "   not replayed: docs/golden.md says why"
    print(f"{name:42}{passed:>8}{failed:>8}{note}")
total = [sum(counts[i] for counts in sets.values()) for i in (0, 1)]
print(f"{'all':42}{total[0]:>8}{total[1]:>8}")
P
if [ $status != 0 ]; then grep -aE "recorded an issue|error:" "$log" | head -40 >&2 || true; fi
exit $status
