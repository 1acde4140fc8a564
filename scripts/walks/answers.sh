# Every request of answers/*.http to Roost and to KServe's Python server: the same answer, or a difference by intent.
python3 scripts/walks/answers/compare.py "$ROOST" "$SCRATCH" "$SCRATCH/report.md" >"$SCRATCH/answers.out" 2>&1
status=$?
summary=$(tail -1 "$SCRATCH/answers.out")
case $status in
    0) pass "answers beside KServe's Python server: $summary" ;;
    3) skip "answers beside KServe's Python server: $summary" ;;
    *) fail "answers beside KServe's Python server: $summary" "$(cat "$SCRATCH/answers.out")" ;;
esac
