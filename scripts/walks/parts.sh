# The same walk with the five parts as processes of their own, which meet only at the API.
"$ROOST" api --data-dir "$SCRATCH/data" --api-port 0 >"$SCRATCH/api.out" 2>"$SCRATCH/api.err" &
API=$!
PROGRAMS+=("$API")
within 20 grep -q 'is up' "$SCRATCH/api.out" || { fail "roost api starts" "$(cat "$SCRATCH/api.out" "$SCRATCH/api.err")"; return 0 2>/dev/null || exit 0; }
export KUBECONFIG=$SCRATCH/data/kubeconfig HOME=$SCRATCH/home
mkdir -p "$HOME"
for part in controller workloads node gateway; do
    flags=()
    [ $part != gateway ] || flags=(--gateway-port 0)
    [ $part != node ] || flags=(--data-dir "$SCRATCH/data")
    "$ROOST" $part --kubeconfig "$KUBECONFIG" "${flags[@]}" >"$SCRATCH/$part.out" 2>"$SCRATCH/$part.err" &
    PROGRAMS+=($!)
    within 20 grep -q 'is up' "$SCRATCH/$part.out" || fail "roost $part starts" "$(cat "$SCRATCH/$part.out" "$SCRATCH/$part.err")"
done
GATEWAY=$(sed -n 's|^ *gateway *http://\([0-9.:]*\).*|\1|p' "$SCRATCH/gateway.out")
KUBECTL=kubectl
. scripts/walks/one-model-steps.sh
for program in "${PROGRAMS[@]}"; do kill -TERM "$program" 2>/dev/null; done
for program in "${PROGRAMS[@]}"; do wait "$program" 2>/dev/null; done
left=$(pgrep -f "$SCRATCH/data")
if [ -z "$left" ]; then pass "after TERM no process is left"; else fail "after TERM no process is left" "$(ps -o pid,args -p $left)"; fi
