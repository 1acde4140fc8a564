# Predictors and transformers written with KServe's SDK run unchanged as programs of process pods: two replicas of each port on
# one machine, a rolling update, both versions of the protocol, logs, and an end that leaves nothing.
if ! PYTHON=$(scripts/peers/environment.sh kserve 2>"$SCRATCH/peers.err"); then
    skip "KServe's SDK: $(tail -1 "$SCRATCH/peers.err")"
    return 0 2>/dev/null || exit 0
fi
start_roost || exit
manifest() {
    cat <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: doubler}
spec:
  predictor:
    minReplicas: 2
    containers:
    - name: kserve-container
      image: roost.dev/host
      command: ["$PYTHON", "$PWD/scripts/walks/sdk/predictor.py"]
      args: [--model_name, doubler]
      env: [{name: FACTOR, value: "$1"}]
YAML
}
with_transformer() {
    manifest "$1"
    cat <<YAML
  transformer:
    containers:
    - name: kserve-container
      image: roost.dev/host
      command: ["$PYTHON", "$PWD/scripts/walks/sdk/transformer.py"]
      args: [--model_name, doubler]
YAML
}
apply() { "$@" | kubectl apply -f -; }
ask() { curl -sS --max-time 20 -H 'Content-Type: application/json' -H "Host: $1.default.example.com" "http://$GATEWAY$2" "${@:3}"; }
one='{"instances":[[1,2]]}'
two='{"inputs":[{"name":"x","shape":[1,2],"datatype":"FP64","data":[1,2]}]}'

expect "a predictor of the SDK is applied" created apply manifest 2
expect "it becomes ready" "condition met" kubectl wait --for=condition=Ready --timeout=120s isvc/doubler
expect "version 1" '"predictions":\[\[2.0,4.0\]\]' ask doubler /v1/models/doubler:predict -d "$one"
expect "version 2" '"data":\[2.0,4.0\]' ask doubler /v2/models/doubler/infer -d "$two"
expect "its own readiness" '"ready": *true' ask doubler /v2/models/doubler/ready
expect "an unknown model, in KServe's words" "does not exist" ask doubler /v1/models/other:predict -d "$one"
replicas() { [ "$(kubectl get pods -l serving.kserve.io/inferenceservice=doubler --no-headers | grep -cE ' 1/1 +Running +0 ')" = "$1" ]; }
if within 60 replicas 2; then pass "two replicas on one port, each at its pod's address"; else
    fail "two replicas on one port" "$(kubectl get pods -o wide 2>&1; kubectl logs -l serving.kserve.io/inferenceservice=doubler --tail 20 2>&1)"
fi
expect "its log" "factor 2" kubectl logs -l serving.kserve.io/inferenceservice=doubler --tail -1
expect "another factor is applied" configured apply manifest 3
expect "the update is rolled out" "successfully rolled out" kubectl rollout status --timeout=120s deployment/doubler-predictor
expect "the new version answers" '"predictions":\[\[3.0,6.0\]\]' ask doubler /v1/models/doubler:predict -d "$one"
expect "a transformer is put in front" configured apply with_transformer 3
expect "it becomes ready" "condition met" kubectl wait --for=condition=TransformerReady --timeout=120s isvc/doubler
transformed() { ask doubler /v1/models/doubler:predict -d "$one" | grep -q '"by"'; }
if within 30 transformed; then pass "requests pass the transformer"; else fail "requests pass the transformer" "$(ask doubler /v1/models/doubler:predict -d "$one" 2>&1)"; fi
expect "and then the predictor" '\[\[6.0,9.0\]\]' ask doubler /v1/models/doubler:predict -d "$one"
expect "the service is deleted" deleted kubectl delete isvc doubler
gone() { [ -z "$(kubectl get pods --no-headers 2>/dev/null)" ]; }
if within 60 gone; then pass "its pods are gone"; else fail "its pods are gone" "$(kubectl get pods 2>&1)"; fi
stop_roost
