# tritonclient, KServe's SDK, grpcio with reflection and health, curl: all unmodified, all get the numbers of version 1.
python3 scripts/walks/clients/run.py "$ROOST" "$SCRATCH" >"$SCRATCH/clients.out" 2>"$SCRATCH/clients.err"
status=$?
if [ $status -eq 3 ]; then skip "real clients: $(tail -1 "$SCRATCH/clients.out")"; else
    while IFS=$'\t' read -r verdict name why; do
        case $verdict in
            ok) pass "$name" ;;
            FAIL) fail "$name" "$why" ;;
        esac
    done <"$SCRATCH/clients.out"
    [ $PASSED -gt 0 ] || fail "real clients" "$(cat "$SCRATCH/clients.out" "$SCRATCH/clients.err")"
fi
