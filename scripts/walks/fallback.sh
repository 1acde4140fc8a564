# Models that are not native, by the library that made them: --fallback python with the real scikit-learn.
if ! PYTHON=$(scripts/peers/environment.sh kserve 2>"$SCRATCH/peers.err"); then
    skip "the fallback: $(tail -1 "$SCRATCH/peers.err")"
    return 0 2>/dev/null || exit 0
fi
"$PYTHON" scripts/walks/fallback/models.py "$SCRATCH/models" >"$SCRATCH/train.out" 2>&1 || fail "models are trained" "$(tail -3 "$SCRATCH/train.out")"
"$PYTHON" scripts/walks/fallback/run.py "$ROOST" "$SCRATCH" "$PYTHON" >"$SCRATCH/fallback.out" 2>"$SCRATCH/fallback.err"
status=$?
while IFS=$'\t' read -r verdict name why; do
    case $verdict in
        ok) pass "$name" ;;
        FAIL) fail "$name" "$why" ;;
    esac
done <"$SCRATCH/fallback.out"
[ $status -eq 0 ] || fail "the walk ends" "$(tail -5 "$SCRATCH/fallback.err" "$SCRATCH/server.log")"
left=$(pgrep -f "$SCRATCH/models")
if [ -z "$left" ]; then pass "nothing is left"; else fail "nothing is left" "$(ps -o pid,args -p $left)"; fi
