# Two versions compared on live traffic: a bandit moves the requests, a bad version is rolled back, and it is all told.
KUBECTL=$(kubectls | head -1)
VISITORS=scripts/walks/experiment/visitors.py
HOST=iris.default.example.com
share() { "$KUBECTL" get isvc iris -o 'jsonpath={.spec.canary[0].trafficPercent}'; }
experiment() { "$KUBECTL" get experiment iris -o "jsonpath={.status.$1}"; }
is() { [ "$(eval "$1")" = "$2" ]; }

start_roost || exit
sed "s|\${MODELS}|$MODELS|" examples/experiment.yaml | "$KUBECTL" apply -f - >/dev/null
expect "two versions are ready" "condition met" "$KUBECTL" wait isvc/iris --for=condition=CanaryPredictorReady --timeout=60s
expect "the experiment runs" "Running" bash -c "for i in \$(seq 100); do [ \"\$($KUBECTL get experiment iris -o 'jsonpath={.status.phase}')\" = Running ] && break; sleep 0.1; done; $KUBECTL get experiment iris"

# Wait until the gateway counts: answers carry an id.
within 20 bash -c "curl -si -H 'Host: $HOST' http://$GATEWAY/v1/models/iris | grep -qi x-request-id"
for seed in 1 2 3 4 5; do
    python3 "$VISITORS" "$GATEWAY" "$HOST" 300 $seed >>"$SCRATCH/visits"
    sleep 1
done
expect "every reward counts" '"rewards": 300' tail -1 "$SCRATCH/visits"
within 20 is share 95
expect "the bandit has moved the requests to the better version" "^95$" share
expect "what it does is told" "next is (better|best)" "$ROOST" ab iris
expect "the table has both versions" "^next +95 %" "$ROOST" ab iris
expect "the verdict as a picture" "^<svg" "$ROOST" ab iris -o svg
expect "the status as JSON" '"probabilityBest"' "$ROOST" ab iris -o json
expect "kubectl's columns" "iris +iris +bandit +Running +next" "$KUBECTL" get experiments
"$ROOST" ab iris | sed 's/^/          /'

# A step by step delivery whose gate cannot hold.
"$KUBECTL" patch experiment iris --type merge -p '{"spec": {"policy": {"type": "progressive", "progressive": {"minimumRequests": 50,
  "steps": [{"weight": 30}, {"weight": 100}], "gates": [{"metric": "latency", "quantile": 0.5, "maxMilliseconds": 0.001}]}}}}' >/dev/null
within 20 is share 30
python3 "$VISITORS" "$GATEWAY" "$HOST" 300 6 >/dev/null
within 20 is share 0
expect "a version that is too slow is rolled back" "^0$" share
expect "the rollback is an event" "RolledBack.*next gets no more requests" "$KUBECTL" get events
# One whose gates hold.
"$KUBECTL" patch experiment iris --type merge -p '{"spec": {"policy": {"progressive": {"gates": [{"metric": "errorRate", "max": 0.5}, {"metric": "reward"}]}}}}' >/dev/null
within 20 is share 30
for seed in 7 8 9; do python3 "$VISITORS" "$GATEWAY" "$HOST" 200 $seed >/dev/null; done
within 30 is "experiment phase" Promoted || python3 "$VISITORS" "$GATEWAY" "$HOST" 400 10 >/dev/null
within 30 is "experiment phase" Promoted
expect "a good version is promoted" "^100$" share
expect "the promotion is an event" "Promoted.*gets all requests" "$KUBECTL" get events
refuse "a wrong experiment is refused with its fields" "spec.policy.bandit: minWeight and maxWeight" "$KUBECTL" patch experiment iris --type merge -p '{"spec": {"policy": {"type": "bandit", "bandit": {"minWeight": 50, "maxWeight": 10}}}}'
stop_roost
