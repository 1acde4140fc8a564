# Thousands of hostile files, to the program and to a running server: nothing in them runs, crashes, hangs or takes more
# memory than docs/safety.md says. With QUICK, one in forty of them.
{
    [ -n "${QUICK:-}" ] || python3 scripts/walks/hostile/prove.py "$SCRATCH"
    python3 scripts/walks/hostile/run.py "$ROOST" "$SCRATCH" ${QUICK:+--quick}
} >"$SCRATCH/hostile.out" 2>"$SCRATCH/hostile.err"
while IFS=$'\t' read -r verdict name why; do
    case $verdict in
        ok) pass "$name" ;;
        FAIL) fail "$name" "$why" ;;
        total) say "  all   $name" ;;
    esac
done <"$SCRATCH/hostile.out"
grep -q '^total' "$SCRATCH/hostile.out" || fail "hostile files are all tried" "$(tail -n 20 "$SCRATCH/hostile.err")"
