# kill -9 at any moment under write load, then the same folder again: what was acknowledged is there, pods run, no orphans.
python3 scripts/walks/kill_loop.py "$ROOST" "$SCRATCH" "$MODELS" "${KILLS:-30}" >"$SCRATCH/loop.out" 2>&1
status=$?
sed 's/^/        /' "$SCRATCH/loop.out" | tail -8
if [ $status -eq 0 ]; then pass "$(tail -1 "$SCRATCH/loop.out")"; else fail "the loop of kills" "$(tail -20 "$SCRATCH/loop.out")"; fi
