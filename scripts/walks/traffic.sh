# Two versions behind one address at 70/30, under load through everything that Roost changes and through kill -9 of replicas:
# no request that may be asked twice fails, and of the others only those that a killed replica had in hand.
# TRAFFIC_REQUESTS=1000000 for the long run.
start_roost || return 0
python3 scripts/walks/traffic/traffic.py "$SCRATCH" "$GATEWAY" "${TRAFFIC_REQUESTS:-100000}" >"$SCRATCH/traffic.out" 2>&1
status=$?
grep -E '^  (ok|FAIL) ' "$SCRATCH/traffic.out" >"$SCRATCH/traffic.checks"
while read -r line; do
    case $line in
        ok*) pass "${line#ok }" ;;
        FAIL*) fail "${line#FAIL }" "$(tail -20 "$SCRATCH/traffic.out")" ;;
    esac
done <"$SCRATCH/traffic.checks"
grep -vE '^  (ok|FAIL) ' "$SCRATCH/traffic.out" | sed 's/^/        /' | tail -12
[ -s "$SCRATCH/traffic.checks" ] && [ $status -eq 0 ] || fail "the walk comes to its end" "$(tail -20 "$SCRATCH/traffic.out")"
stop_roost
