# Walk 2: a model's requests in the real Prometheus, command for command; then what ships for it: rules, dashboards, the
# configuration for collectors that ask the Kubernetes API themselves. PICTURES=FOLDER keeps the screenshots.
KUBECTL=${KUBECTL:-kubectl}
MONITORING=$PWD/monitoring
# What ships scrapes every 15 seconds; a walk does not wait that long.
hurried() { sed 's|_interval: .*|_interval: 2s|' "$@"; }
config() { python3 -c 'import sys, yaml; print(yaml.safe_load(open(sys.argv[1]))["data"]["prometheus.yml"])' "$1"; }

# forward NAME ARGUMENTS…: a port-forward in the background; its local address is in $FORWARDED.
forward() {
    local name=$1
    shift
    "$KUBECTL" port-forward "$@" >"$SCRATCH/forward-$name" 2>&1 &
    PROGRAMS+=("$!")
    within 20 grep -q 'Forwarding from 127' "$SCRATCH/forward-$name"
    FORWARDED=$(sed -n 's|^Forwarding from \(127.0.0.1:[0-9]*\).*|\1|p' "$SCRATCH/forward-$name" | head -1)
}

# query EXPRESSION: the value of the first series, nothing where there is none.
query() {
    curl -sS "http://$PROMETHEUS/api/v1/query" --data-urlencode "query=$1" |
        python3 -c 'import json, sys; found = json.load(sys.stdin)["data"]["result"]; print(found[0]["value"][1] if found else "")'
}
counts() { [ "$(query "$1" | cut -d. -f1)" = "$2" ]; }

# targets ADDRESS: health and name of every target of the job, as a collector tells them.
targets() {
    curl -sS "http://$1/api/v1/targets" | python3 -c '
import json, sys
for target in json.load(sys.stdin)["data"]["activeTargets"]:
    labels = target["labels"]
    if labels["job"] == "kserve-metrics":
        print(target["health"], labels.get("service") or labels.get("inferenceservice"))' | sort -u
}

# picture NAME URL: a screenshot by headless Chromium; its size tells that something is on it.
picture() {
    local file=$PICTURES/monitoring-$1.png
    if ! command -v chromium >/dev/null; then skip "a picture of $1: there is no chromium"; return; fi
    chromium --headless=new --no-sandbox --disable-gpu --hide-scrollbars --user-data-dir="$SCRATCH/chromium" \
        --window-size=1280,"$3" --virtual-time-budget=15000 --screenshot="$file" "$2" >"$SCRATCH/chromium.log" 2>&1
    if [ "$(stat -c %s "$file" 2>/dev/null || echo 0)" -gt 20000 ]; then pass "a picture of $1"; else
        fail "a picture of $1" "$(tail -5 "$SCRATCH/chromium.log")"
    fi
}
PICTURES=${PICTURES:-$SCRATCH}
mkdir -p "$PICTURES"

config "$MONITORING/prometheus/prometheus-configmap-http.yaml" >"$SCRATCH/prometheus.yml"
expect "promtool check config" 'SUCCESS' promtool check config "$SCRATCH/prometheus.yml"
expect "promtool check rules" 'SUCCESS: [0-9]+ rules' promtool check rules "$MONITORING"/rules/kserve-{recording,alerts}.yaml
expect "promtool test rules: every alert fires, and is silent" 'SUCCESS' promtool test rules "$MONITORING/rules/kserve-tests.yaml"
expect "dashboards and rules ask for series that are documented" 'every series' python3 "$MONITORING/check.py"

start_roost || return 0
expect "apply: Prometheus as a Deployment" 'deployment.apps/prometheus-server created' "$KUBECTL" apply -f "$MONITORING/prometheus/install.yaml"
expect "its rules are a ConfigMap" 'configmap/prometheus-rules created' "$KUBECTL" create configmap prometheus-rules -n monitoring \
    --from-file="$MONITORING/rules/kserve-recording.yaml" --from-file="$MONITORING/rules/kserve-alerts.yaml"
expect "it runs" 'condition met' "$KUBECTL" wait --for=condition=Available deployment/prometheus-server -n monitoring --timeout=60s

sed "s|\${MODELS}|$MODELS|" examples/monitoring.yaml >"$SCRATCH/inference-service.yaml"
expect "apply: a model with metrics, traces and access log" 'inferenceservice.serving.kserve.io/sklearn-iris created' \
    "$KUBECTL" apply -f "$SCRATCH/inference-service.yaml"
expect "it is Ready" 'condition met' "$KUBECTL" wait --for=condition=Ready inferenceservice/sklearn-iris --timeout=300s
expect "its pod says where to scrape" '^true 8080 /metrics$' "$KUBECTL" get pod -l serving.kserve.io/inferenceservice=sklearn-iris \
    -o jsonpath='{.items[0].metadata.annotations.prometheus\.io/scrape} {.items[0].metadata.annotations.prometheus\.io/port} {.items[0].metadata.annotations.prometheus\.io/path}'

hurried "$MONITORING/prometheus/prometheus-configmap-http.yaml" >"$SCRATCH/prometheus-configmap.yaml"
expect "apply: the scrape job" 'configmap/prometheus-server configured' "$KUBECTL" apply -f "$SCRATCH/prometheus-configmap.yaml"
before=$("$KUBECTL" get pod -n monitoring -l app=prometheus,component=server -o name)
expect "delete Prometheus' pod" 'deleted' "$KUBECTL" delete pod -n monitoring -l app=prometheus,component=server
expect "it comes back" 'condition met' "$KUBECTL" wait --for=condition=Available deployment/prometheus-server -n monitoring --timeout=60s
refuse "as another pod" 'NotFound' "$KUBECTL" get -n monitoring "$before"

SERVICE_HOST=$("$KUBECTL" get inferenceservice sklearn-iris -o jsonpath='{.status.url}' | cut -d '/' -f 3)
forward model service/sklearn-iris-predictor :80
MODEL=$FORWARDED
ask() { curl -sS -H "Host: $SERVICE_HOST" "http://$MODEL/v1/models/sklearn-iris:predict" -d '{"instances": [[1,2,3,4]]}'; }
expect "the model answers through a port-forward" '"predictions"' ask

forward prometheus -n monitoring svc/prometheus-server :9090
PROMETHEUS=$FORWARDED
all_up() { [ "$(targets "$1" | tr '\n' ' ')" = "$2 " ]; }
within 40 all_up "$PROMETHEUS" 'up kserve-controller-metrics up sklearn-iris'
expect "targets: the controllers and the model are UP" '^up kserve-controller-metrics up sklearn-iris $' eval 'targets "$PROMETHEUS" | tr "\n" " "'
requests='kserve_request_count{service_name="sklearn-iris"}'
within 20 counts "$requests" 1
expect "kserve_request_count tells the first request" '^1$' query "$requests"
for _ in 1 2 3 4; do ask >/dev/null; done
within 20 counts "$requests" 5
expect "and grows with each" '^5$' query "$requests"
fast='kserve_request_duration_milliseconds{le="100", service_name="sklearn-iris"}'
within 20 counts "$fast" 5
expect "kserve_request_duration_milliseconds counts those under 100 ms" '^5$' query "$fast"
within 20 counts 'request_predict_seconds_count{inferenceservice="sklearn-iris"}' 5
expect "KServe's own series have them too" '^5$' query 'request_predict_seconds_count{inferenceservice="sklearn-iris"}'
expect "the service's state is a series" '^1$' query 'kserve_inferenceservice_ready{inferenceservice="sklearn-iris"}'
expect "Prometheus has the rules" 'KServeErrorRateHigh' curl -sS "http://$PROMETHEUS/api/v1/rules"

# The configuration of a cluster, with kubernetes_sd_configs: Debian's Prometheus is built without, another collector has it.
if command -v victoria-metrics >/dev/null; then
    hurried "$MONITORING/prometheus/prometheus-configmap.yaml" | sed 's|name: prometheus-server|name: victoria-metrics|' >"$SCRATCH/kubernetes-sd.yaml"
    expect "apply: a collector with kubernetes_sd_configs" 'victoria-metrics created' "$KUBECTL" apply -f "$SCRATCH/kubernetes-sd.yaml" -f scripts/walks/monitoring/victoria-metrics.yaml
    expect "it runs" 'condition met' "$KUBECTL" wait --for=condition=Available deployment/victoria-metrics -n monitoring --timeout=60s
    forward victoria -n monitoring svc/victoria-metrics :8428
    VICTORIA=$FORWARDED
    within 40 all_up "$VICTORIA" 'up kserve-controller-metrics up sklearn-iris'
    expect "its targets, found by the pod's token through the API, are UP" '^up kserve-controller-metrics up sklearn-iris $' eval 'targets "$VICTORIA" | tr "\n" " "'
else
    skip "kubernetes_sd_configs: there is no victoria-metrics, and Debian's Prometheus is built without them"
fi

# What dashboards show of services that follow their load.
sed "s|\${MODELS}|$MODELS|" scripts/walks/monitoring/busy.yaml | "$KUBECTL" apply -f - >/dev/null
"$KUBECTL" wait --for=condition=Ready inferenceservice/busy inferenceservice/steady --timeout=60s >/dev/null
load() {
    local host pids=()
    for host in busy sklearn-iris; do
        timeout "$1" bash -c 'while :; do curl -sS -o /dev/null -H "Host: $0.default.example.com" \
            -d "{\"instances\": [[5.1, 3.5, 1.4, 0.2]]}" "http://$1/v1/models/$0:predict"; sleep 0.02; done' "$host" "$GATEWAY" &
        pids+=("$!")
    done
    wait "${pids[@]}"
}
load 20
within 20 eval '[ -n "$(query "kserve_request_count{service_name=\"busy\"}")" ]'
expect "every series of dashboards and rules is served, every panel's query is taken" 'every series that is asked for is there' \
    python3 "$MONITORING/check.py" --prometheus "http://$PROMETHEUS"

# Debian ships the older pages.
targets_page() { if curl -sSf -o /dev/null "http://$PROMETHEUS/targets" 2>/dev/null; then echo targets; else echo classic/targets; fi; }
graph='http://'$PROMETHEUS'/graph?g0.expr=sum%20by%20(service_name)%20(rate(kserve_request_count%5B20s%5D))&g0.tab=0&g0.range_input=2m'
picture targets "http://$PROMETHEUS/$(targets_page)" 660
picture graph "$graph" 830
stop_roost
