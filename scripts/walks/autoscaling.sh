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
