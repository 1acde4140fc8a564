# Live traffic held against what came first: the same is no drift, other flowers are, and it is told when they are gone.
KUBECTL=$(kubectls | head -1)
VISITORS=scripts/walks/drift/visitors.py
HOST=iris.default.example.com
monitor() { "$KUBECTL" get driftmonitor iris -o "jsonpath={.status.$1}"; }
drifting() { "$KUBECTL" get drift iris -o 'jsonpath={.status.conditions[?(@.type=="DriftDetected")].status}'; }
is() { [ "$(eval "$1")" = "$2" ]; }
more_windows() { [ "$(monitor window.number)" -gt "$1" ]; }
series() { "$KUBECTL" get --raw /metrics | grep roost_drift; }

start_roost || exit
sed "s|\${MODELS}|$MODELS|" examples/driftmonitor.yaml | "$KUBECTL" apply -f - >/dev/null
expect "iris is ready" "condition met" "$KUBECTL" wait isvc/iris --for=condition=Ready --timeout=60s
within 20 is "monitor phase" Learning
expect "the monitor learns" "Learning" monitor phase
python3 "$VISITORS" "$GATEWAY" "$HOST" 300 1 >/dev/null
within 20 is "monitor phase" Watching
expect "what is usual is learnt of the first rows" "300" monitor reference.rows
python3 "$VISITORS" "$GATEWAY" "$HOST" 200 2 >/dev/null
within 20 more_windows 0
expect "the same traffic is no drift" "^False$" drifting
expect "the table says so" "^x0 +numeric +kolmogorovSmirnov.* ok" "$ROOST" drift iris
expect "and so do the words" "No drift is detected, window 1: no drift in 5 columns" "$ROOST" drift iris

python3 "$VISITORS" "$GATEWAY" "$HOST" 200 3 1.0 >/dev/null
within 20 is drifting True
expect "larger petals are drift" "^True$" drifting
expect "it is an event" "Warning +DriftDetected.*x2, x3" "$KUBECTL" get events
expect "it is a series" 'roost_drift_detected\{namespace="default",name="iris"\} 1' series
expect "of every column" 'roost_drift_feature_detected\{namespace="default",name="iris",feature="x2"\} 1' series
expect "the table shows where" "^x2 +numeric +kolmogorovSmirnov.* drift" "$ROOST" drift iris
expect "rows as wholes too" "^\(rows\) +meanDiscrepancy.* drift" "$ROOST" drift iris
expect "kubectl's columns" "iris +iris +Watching +True +True" "$KUBECTL" get driftmonitors
PICTURE=${PICTURE:-$SCRATCH/drift.png}
expect "the status as JSON, the picture as a file" '"correctedPValue"' "$ROOST" drift iris -o json --feature x2 --png "$PICTURE" --svg "$SCRATCH/drift.svg"
expect "a picture of the two distributions" "PNG image data, 720 x 400, 8-bit/color RGB" file "$PICTURE"
expect "the same as SVG" "^<svg" cat "$SCRATCH/drift.svg"
"$ROOST" drift iris | sed 's/^/          /'

WINDOW=$(monitor window.number)
python3 "$VISITORS" "$GATEWAY" "$HOST" 250 4 0 50 >"$SCRATCH/visits"
expect "labels find their answers" "'counted': 50" cat "$SCRATCH/visits"
within 20 more_windows "$WINDOW"
within 20 is drifting False
expect "usual traffic ends it" "^False$" drifting
expect "its end is an event" "Normal +DriftEnded" "$KUBECTL" get events
within 20 is "monitor labels.count" 50
expect "labels give the share of right answers" "accuracy 0.8 of 50 answers" "$ROOST" drift iris

# What a pod answers about watching is for the controller alone.
expect "nobody comes to the watches through the gateway" "^404" curl -s -o /dev/null -w '%{http_code}' -H "Host: $HOST" "http://$GATEWAY/roost/drift/waiting"
# The controller forgets nothing that counts: a restart of all goes on with the reference that was learnt.
kill -TERM "$UP"
wait "$UP"
start_roost || exit
expect "iris is ready again" "condition met" "$KUBECTL" wait isvc/iris --for=condition=Ready --timeout=60s
WINDOW=$(monitor window.number)
ROWS=$(monitor window.rows)
# What the status said before the restart says nothing of the new replica.
watched() { python3 "$VISITORS" "$GATEWAY" "$HOST" 1 5 >/dev/null && [ "$(monitor window.rows)" != "$ROWS" ]; }
within 20 watched
python3 "$VISITORS" "$GATEWAY" "$HOST" 250 6 1.0 >/dev/null
within 30 more_windows "$WINDOW"
within 20 is drifting True
expect "after a restart the same reference holds" "^True$" drifting
refuse "a wrong monitor is refused with its fields" "spec.window.rows: must be between 10 and 1000000, was 1" "$KUBECTL" patch driftmonitor iris --type merge -p '{"spec": {"window": {"rows": 1}}}'
"$KUBECTL" delete driftmonitor iris >/dev/null
gone() { ! series | grep -q 'name="iris"'; }
expect "a monitor that is gone has no series" "" within 20 gone
stop_roost
