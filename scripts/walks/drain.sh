# 1,000 connections for a minute, a drain in the middle: no answer is lost, memory stays flat.
ulimit -n 4000 2>/dev/null || { skip "1,000 connections: this shell may not open so many files"; return 0 2>/dev/null || exit 0; }
python3 scripts/walks/drain.py "$ROOST" "$SCRATCH" "${DRAIN_SECONDS:-60}" >"$SCRATCH/drain.out" 2>&1
status=$?
sed 's/^/        /' "$SCRATCH/drain.out" | tail -8
if [ $status -eq 0 ]; then pass "no answer is lost when a server drains under 1,000 connections"; else
    fail "no answer is lost when a server drains under 1,000 connections" "$(cat "$SCRATCH/drain.out")"
fi
