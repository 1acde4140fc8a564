# Instructions per request of the model server against Benchmarks/budgets.json: speed cannot rot unseen.
python3 Benchmarks/budgets.py "$ROOST" >"$SCRATCH/budgets.out" 2>&1
status=$?
grep 'a request$\|under its budget\|^everything watched:' "$SCRATCH/budgets.out" | sed 's/^/        /'
case $status in
    0) pass "instructions per request are within their budgets" ;;
    3) skip "instructions per request: $(tail -1 "$SCRATCH/budgets.out")" ;;
    *) fail "instructions per request are within their budgets" "$(grep -v 'a request$\|^everything watched:' "$SCRATCH/budgets.out")" ;;
esac
