# Walk 3: replicas follow requests in flight or the processor, down to none and back, command for command.
start_roost || return 0
KUBECTL=${KUBECTL:-kubectl}
for kind in concurrency cpu; do
    awk -v kind="$kind" 'BEGIN { RS = "---\n" } $0 ~ "name: " kind "-model" { printf "%s", $0 }' examples/autoscaling.yaml |
        sed "s|\${MODELS}|$MODELS|; s|^  name: .*|&\n  namespace: kserve-test|" >"$SCRATCH/autoscale-$kind.yaml"
done
expect "create the namespace" 'namespace/kserve-test created' "$KUBECTL" create namespace kserve-test
expect "apply: scaled by concurrency" 'inferenceservice.serving.kserve.io/concurrency-model created' "$KUBECTL" apply -f "$SCRATCH/autoscale-concurrency.yaml"
expect "it is Ready" 'condition met' "$KUBECTL" wait --for=condition=Ready inferenceservice/concurrency-model -n kserve-test --timeout=60s
expect "get prints its address" '^concurrency-model +http://concurrency-model.kserve-test.example.com +True' \
    "$KUBECTL" get inferenceservice concurrency-model -n kserve-test --no-headers
expect "a PodAutoscaler looks after it" '^kpa.autoscaling.knative.dev 1 10 70$' "$KUBECTL" get podautoscaler concurrency-model-predictor -n kserve-test \
    -o jsonpath='{.metadata.annotations.autoscaling\.knative\.dev/class} {.metadata.annotations.autoscaling\.knative\.dev/min-scale} {.metadata.annotations.autoscaling\.knative\.dev/max-scale} {.metadata.annotations.autoscaling\.knative\.dev/target-utilization-percentage}'
expect "apply: scaled by the processor" 'inferenceservice.serving.kserve.io/cpu-model created' "$KUBECTL" apply -f "$SCRATCH/autoscale-cpu.yaml"
expect "it is Ready" 'condition met' "$KUBECTL" wait --for=condition=Ready inferenceservice/cpu-model -n kserve-test --timeout=60s
hpa() { "$KUBECTL" get hpa -n kserve-test --no-headers; }
within 40 eval 'hpa | grep -qE "[0-9]+%/50%"'
expect "get hpa prints the processor's use beside the target" '^cpu-model-predictor +Deployment/cpu-model-predictor +(cpu: )?[0-9]+%/50% +1 +10 +1 ' hpa
expect "and nothing of what is scaled by load" '^1$' eval 'hpa | wc -l'
limits_hold() { compgen -G '/sys/fs/cgroup/roost*' >/dev/null; }
out_of_memory() {
    "$KUBECTL" run greedy --image=roost.dev/host --restart=Never --overrides='{"spec": {"containers": [{"name": "greedy",
        "image": "roost.dev/host", "command": ["python3", "-c", "x = bytearray(200 << 20)"],
        "resources": {"limits": {"memory": "32Mi"}}}]}}' &&
        "$KUBECTL" wait --for=jsonpath='{.status.phase}'=Failed pod/greedy --timeout=30s &&
        "$KUBECTL" get pod greedy -o jsonpath='{.status.containerStatuses[0].state.terminated.reason} {.status.containerStatuses[0].state.terminated.exitCode}'
}
if limits_hold; then
    expect "a pod that takes more memory than it may is killed, with the reason" 'OOMKilled 137' out_of_memory
else
    expect "describe tells why limits of the processor and of memory do not hold" 'LimitsNotEnforced .*limits of processor and memory are not enforced: ' \
        "$KUBECTL" describe pod -l app=isvc.cpu-model-predictor -n kserve-test
    skip "limits hold: $("$KUBECTL" get events -n kserve-test -o jsonpath='{.items[?(@.reason=="LimitsNotEnforced")].message}' | cut -c1-200)"
fi

# Load: so many in flight that four replicas of 70 are wanted, then none.
load() { python3 scripts/walks/autoscaling/load.py "$GATEWAY" "$1.kserve-test.example.com" "$@"; }
running() { "$KUBECTL" get deployment "$1-predictor" -n kserve-test -o jsonpath='{.spec.replicas}'; }
ready() { "$KUBECTL" get deployment "$1-predictor" -n kserve-test -o jsonpath='{.status.readyReplicas}'; }
load concurrency-model hold 250 40 >"$SCRATCH/hold.out" 2>&1 &
LOADING=$!
PROGRAMS+=("$LOADING")
within 30 eval '[ "$(ready concurrency-model)" = 4 ]'
expect "250 requests in flight at 70 a replica are four replicas" '^4$' ready concurrency-model
expect "scale explain tells what was seen" 'concurrency [0-9.]+ over 1m0s, 2[0-9]{2}' "$ROOST" scale explain concurrency-model-predictor -n kserve-test
wait "$LOADING"
expect "no request is lost while replicas come" '^answered [0-9]+ failed 0$' cat "$SCRATCH/hold.out"
within 120 eval '[ "$(running concurrency-model)" = 1 ]'
expect "and back to one" '^1$' running concurrency-model

# The processor: as busy as the clients can make it; the way down is looked back for 15 s here, not 300.
BEHAVIOR='{"spec": {"predictor": {"autoScaling": {"behavior": {"scaleDown": {"stabilizationWindowSeconds": 15}},
    "metrics": [{"type": "Resource", "resource": {"name": "cpu", "target": {"type": "Utilization", "averageUtilization": 50}}}]}}}}'
expect "patch: a shorter look back" 'patched' "$KUBECTL" patch inferenceservice cpu-model -n kserve-test --type=merge -p "$BEHAVIOR"
load cpu-model loop 16 75 >"$SCRATCH/loop.out" 2>&1 &
LOADING=$!
PROGRAMS+=("$LOADING")
within 70 eval '[ "$(ready cpu-model)" -gt 1 ]'
expect "a busy processor makes replicas, by the rule" '^([2-9]|10)$' ready cpu-model
expect "get hpa prints more than the target" '(5[1-9]|[6-9][0-9]|[1-9][0-9]{2,})%/50%' hpa
expect "top prints what the pods use" 'cpu-model-predictor-.* [0-9]+m +[0-9]+Mi' "$KUBECTL" top pods -n kserve-test
wait "$LOADING"
expect "no request is lost meanwhile" '^answered [0-9]+ failed 0$' cat "$SCRATCH/loop.out"
within 120 eval '[ "$(running cpu-model)" = 1 ]'
expect "and back to one" '^1$' running cpu-model
expect "events tell both ways" 'above target.*All metrics below target|All metrics below target.*above target' eval \
    '"$KUBECTL" get events -n kserve-test --field-selector reason=SuccessfulRescale -o jsonpath="{.items[*].message}"'

# To zero and back, with a window that is short enough to wait for.
cat >"$SCRATCH/sleeping.yaml" <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: sleeping-model
  annotations:
    autoscaling.knative.dev/window: 6s
spec:
  predictor:
    minReplicas: 0
    sklearn: {storageUri: "file://$MODELS/iris"}
YAML
expect "apply: nobody asks, nothing runs" 'created' "$KUBECTL" apply -f "$SCRATCH/sleeping.yaml"
expect "it starts once, and is Ready" 'condition met' "$KUBECTL" wait --for=condition=Ready inferenceservice/sleeping-model --timeout=60s
replicas() { "$KUBECTL" get deployment sleeping-model-predictor -o jsonpath='{.spec.replicas}'; }
within 90 eval '[ "$(replicas)" = 0 ]'
expect "after the idle time there is no replica" '^0$' replicas
expect "asleep it stays Ready" 'True' "$KUBECTL" get inferenceservice sleeping-model --no-headers
expect "the next request is held and answered" '"predictions":\[0\]' curl -sS -m 30 -H 'Host: sleeping-model.default.example.com' \
    -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}' "http://$GATEWAY/v1/models/sleeping-model:predict"
stop_roost
