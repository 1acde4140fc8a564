# 10,000 idle connections and slow senders at the gateway and at a replica: others are served meanwhile.
ulimit -n 12000 2>/dev/null || { skip "10,000 connections: this shell may not open so many files"; return 0 2>/dev/null || exit 0; }
start_roost || exit
printf 'apiVersion: serving.kserve.io/v1beta1\nkind: InferenceService\nmetadata: {name: iris}\nspec: {predictor: {sklearn: {storageUri: "file://%s/iris"}}}\n' "$MODELS" | kubectl apply -f - >/dev/null
expect "the service is Ready" 'condition met' kubectl wait --for=condition=Ready isvc/iris --timeout=30s
before=$(awk '/VmRSS/ {print $2}' "/proc/$UP/status")
python3 - "$GATEWAY" "$SCRATCH/held" <<'PY' &
import socket, sys, time
host, port = sys.argv[1].split(":")
held = []
for i in range(10_000):
    s = socket.create_connection((host, int(port)), timeout=20)
    if i % 10 == 0: s.sendall(b"POST /v1/models/iris:predict HTTP/1.1\r\nHost: iris.default.example.com\r\nContent-Le")
    held.append(s)
open(sys.argv[2], "w").write(str(len(held)))
time.sleep(60)
PY
holder=$!
PROGRAMS+=("$holder")
if within 60 test -s "$SCRATCH/held"; then pass "10,000 connections are open, 1,000 of them in the middle of a head"; else fail "10,000 connections are open"; fi
expect "a request meanwhile" '"predictions":\[0\]' curl -sS -m 5 -H 'Host: iris.default.example.com' -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}' "http://$GATEWAY/v1/models/iris:predict"
after=$(awk '/VmRSS/ {print $2}' "/proc/$UP/status")
say "        memory of roost up: $before KiB before, $after KiB with them"
kill "$holder" 2>/dev/null
wait "$holder" 2>/dev/null
stop_roost
