#!/usr/bin/env bash
# Runs the tests that are built, and says at the end which failed and why.
# Tests wait for each other on two threads: of a thousand at once each step would take seconds, so there are few at once.
set -uo pipefail
cd "$(dirname "$0")/.."
log=$(mktemp)
trap 'rm -f "$log"' EXIT
swift test -c release --skip-build --disable-xctest --experimental-maximum-parallelization-width 24 "$@" | tee "$log"
status=$?
if [ $status -ne 0 ]; then
    echo
    echo "What failed:"
    grep -A 4 "recorded an issue" "$log" | cut -c 1-600 | head -60
    grep "^✘" "$log" | grep -v "recorded an issue" | cut -c 1-300 | tail -20
fi
exit $status
