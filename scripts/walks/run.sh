#!/usr/bin/env bash
# Runs the named walks, each with a Roost of its own, and counts what they showed.
cd "$(dirname "$0")/../.."
[ -x bin/roost ] || { echo "bin/roost is missing: make build" >&2; exit 2; }

total_passed=0 total_failed=0 total_skipped=0
for walk in "$@"; do
    echo "walk: $walk"
    counts=$(mktemp)
    (
        . scripts/walks/lib.sh
        trap 'clean_up; echo "$PASSED $FAILED $SKIPPED" >"$counts"' EXIT
        new_scratch
        . "scripts/walks/$walk.sh"
    )
    read -r passed failed skipped <"$counts" || { passed=0 failed=1 skipped=0; }
    rm -f "$counts"
    total_passed=$((total_passed + passed)) total_failed=$((total_failed + failed)) total_skipped=$((total_skipped + skipped))
done
echo
echo "$total_passed passed, $total_failed failed, $total_skipped skipped"
[ $total_failed -eq 0 ]
