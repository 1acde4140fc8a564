# Every series of a running system is in docs/metrics.md as it is served, found where it says, and good for promtool.
here=scripts/walks/metrics
start_roost || exit
cat >"$SCRATCH/isvc.yaml" <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: iris
  annotations: {serving.kserve.io/enable-prometheus-scraping: "true"}
spec:
  predictor:
    minReplicas: 1
    maxReplicas: 2
    scaleMetric: concurrency
    model: {modelFormat: {name: sklearn}, storageUri: "file://$MODELS/iris"}
YAML
expect "a service that follows its load" 'created' kubectl apply -f "$SCRATCH/isvc.yaml"
expect "is Ready" 'condition met' kubectl wait --for=condition=Ready isvc/iris --timeout=30s
predict() {
    curl -sS -m 5 -H 'Host: iris.default.example.com' -H 'Content-Type: application/json' "${@:2}" \
        -d "$1" "http://$GATEWAY/v1/models/iris:predict"
}
for _ in 1 2 3 4 5; do predict '{"instances": [[5.1, 3.5, 1.4, 0.2]]}' >"$SCRATCH/answer"; done
expect "it answers" '"predictions":\[0\]' cat "$SCRATCH/answer"
expect "and refuses what is no JSON" '"error"' predict '{'

pod=$(kubectl get pod -l serving.kserve.io/inferenceservice=iris -o jsonpath='{.items[0].status.podIP}')
endpoint=$(kubectl get endpoints -n kserve kserve-controller-metrics -o jsonpath='{.subsets[0].addresses[0].ip}:{.subsets[0].ports[0].port}')
slice=$(kubectl get endpointslice -n kserve kserve-controller-manager-metrics-service -o jsonpath='{.endpoints[0].addresses[0]}:{.ports[0].port}')
expect "both Services for scrapes have one endpoint" "^$endpoint$" echo "$slice"
curl -sSf -m 5 "http://$pod:8080/metrics" >"$SCRATCH/model.txt"
curl -sSf -m 5 "http://$endpoint/metrics" >"$SCRATCH/platform.txt"
kubectl get --raw /metrics >"$SCRATCH/api.txt"
expect "names, kinds and labels are those of docs/metrics.md" 'are as docs/metrics.md says' \
    python3 $here/check.py docs/metrics.md "$SCRATCH/model.txt" "$SCRATCH/platform.txt"
expect "the API server tells the same series as the platform's address" '^same$' bash -c \
    "diff <(grep '^# TYPE' '$SCRATCH/api.txt') <(grep '^# TYPE' '$SCRATCH/platform.txt') && echo same"
expect "requests are counted under the example's name" '^kserve_request_count\{service_name="iris".*response_code="200",protocol="v1"\} 5$' \
    grep 'kserve_request_count{.*"200"' "$SCRATCH/model.txt"
expect "and those that were refused" '\} 1$' grep 'kserve_request_count{.*"400"' "$SCRATCH/model.txt"
expect "the state of the service is told" '\} 1$' grep 'kserve_inferenceservice_ready{' "$SCRATCH/platform.txt"

# OpenMetrics, by the words of Prometheus 2.42.
accept='application/openmetrics-text;version=1.0.0,application/openmetrics-text;version=0.0.1;q=0.75,text/plain;version=0.0.4;q=0.5,*/*;q=0.1'
for place in "$pod:8080" "$endpoint"; do
    expect "OpenMetrics from $place" '^# EOF$' bash -c "curl -sSf -m 5 -H 'Accept: $accept' http://$place/metrics | tail -1"
done

if ! command -v promtool >/dev/null; then skip "promtool: not on this machine"; else
    cat "$SCRATCH/model.txt" "$SCRATCH/platform.txt" | awk '/^# (HELP|TYPE)/ { if (seen[$2 " " $3]++) { skip = 1; next } skip = 0 } /^[^#]/ && skip { next } { print }' |
        promtool check metrics 2>&1 | grep -vxFf $here/promtool-known.txt >"$SCRATCH/promtool"
    if [ -s "$SCRATCH/promtool" ]; then fail "promtool check metrics" "$(cat "$SCRATCH/promtool")"; else pass "promtool check metrics has nothing new to say"; fi
fi

# What clients send must not become series without end, nor break the text.
for number in $(seq 30); do
    curl -sS -m 5 -o /dev/null -X "VERB$number" "http://$endpoint/metrics"
    curl -sS -m 5 -o /dev/null -H "Host: $number.example.com" "http://$GATEWAY/v1/models/x$number%22%0A:predict" -d '{}'
    curl -sS -m 5 -o /dev/null "http://$pod:8080/v1/models/x$number%22%0A:predict" -d '{}'
    kubectl get --raw "/apis/group$number.example.com/v1/things$number" >/dev/null 2>&1
done
curl -sSf -m 5 "http://$pod:8080/metrics" >"$SCRATCH/model-after.txt"
kubectl get --raw /metrics >"$SCRATCH/api-after.txt"
expect "names that clients make up are no labels" '^0$' bash -c "cat '$SCRATCH'/*-after.txt | grep -cE 'x30|VERB|group[0-9]|things' || true"
stop_roost
