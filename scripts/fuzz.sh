#!/usr/bin/env bash
# fuzz.sh [TARGET...]   runs the fuzzer on each target (all of them, if none) for TIME seconds, with the address
# sanitizer. What it finds is left in .build-fuzz/findings/TARGET; add the input to Fuzz/Corpus/TARGET with the fix.
set -euo pipefail
cd "$(dirname "$0")/.."
time=${TIME:-60}
build=.build-fuzz

FUZZ=1 swift build -c release --scratch-path $build --product fuzz
[ $# -gt 0 ] || set -- $($build/release/fuzz)
failed=0
for target in "$@"; do
    findings=$build/findings/$target
    mkdir -p "$findings" "$build/corpus/$target"
    # New inputs go to the first folder; the seeds stay as they are.
    status=0
    $build/release/fuzz "$target" "$build/corpus/$target" "Fuzz/Corpus/$target" \
        -artifact_prefix="$findings/" -max_total_time="$time" -timeout=10 -rss_limit_mb=1024 -print_final_stats=1 \
        >"$build/$target.log" 2>&1 || status=1
    [ $status -eq 0 ] || failed=1
    executions=$(sed -n 's/^stat::number_of_executed_units: *//p' "$build/$target.log")
    peak=$(sed -n 's/^stat::peak_rss_mb: *//p' "$build/$target.log")
    echo "$target: ${executions:-no} executions, $(ls "$findings" | wc -l) findings, ${peak:-unknown} MiB at the most"
    [ $status -eq 0 ] || tail -n 40 "$build/$target.log"
done
exit $failed
