# Spans across gateway, graph, agent and predictor, for HTTP and gRPC, read by OpenTelemetry's own messages; collectors that
# hang, die or refuse, which no request notices.
PYTHON=$(scripts/peers/environment.sh telemetry 2>"$SCRATCH/venv.err") || {
    skip "tracing: $(tail -1 "$SCRATCH/venv.err")"
    exit
}
read -r HTTP_PORT GRPC_PORT < <("$PYTHON" -c 'import socket
held = [socket.create_server(("127.0.0.1", 0)) for _ in range(2)]
print(*(one.getsockname()[1] for one in held))')
TOLD=$SCRATCH/told
mkdir -p "$TOLD"

start_collector() {
    rm -f "$TOLD/ready"
    "$PYTHON" scripts/walks/tracing/collector.py "$TOLD" "$HTTP_PORT" "$GRPC_PORT" 2>>"$SCRATCH/collector.err" &
    COLLECTOR=$!
    PROGRAMS+=("$COLLECTOR")
    within 20 test -e "$TOLD/ready"
}
spans() { "$PYTHON" scripts/walks/tracing/spans.py "$TOLD" "$@"; }
fresh() { od -An -N16 -tx1 /dev/urandom | tr -d ' \n'; }
row='{"instances": [[5.1, 3.5, 1.4, 0.2]]}'
# ask NAME PATH [CURL'S WORDS…]: the status and the body.
ask() {
    local host=$1.default.example.com path=$2
    shift 2
    curl -sS -m 30 -w ' %{http_code}' -H "Host: $host" -H 'Content-Type: application/json' -d "$row" "$@" "http://$GATEWAY$path"
}
kept() { printf 'traceparent: 00-%s-00f067aa0ba902b7-01' "$1"; }

start_collector || { fail "the collector starts" "$(cat "$SCRATCH/collector.err")"; exit; }
# Only what comes with a trace that is kept, what fails, and loads of models.
export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$HTTP_PORT OTEL_TRACES_SAMPLER=parentbased_traceidratio OTEL_TRACES_SAMPLER_ARG=0
export OTEL_BSP_SCHEDULE_DELAY=200 OTEL_BSP_MAX_QUEUE_SIZE=256 OTEL_BSP_MAX_EXPORT_BATCH_SIZE=64 OTEL_EXPORTER_OTLP_TIMEOUT=2000
export OTEL_RESOURCE_ATTRIBUTES=deployment.environment.name=walk
start_roost || exit
K=kubectl
service() {
    cat <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: $1}
spec:
  predictor:
$2
    model:
      modelFormat: {name: sklearn}
      storageUri: file://$MODELS/iris
---
YAML
}
{
    service iris '    maxReplicas: 1'
    service watched '    logger: {mode: all, url: "http://127.0.0.1:1/"}'
    service asleep '    minReplicas: 0'
    cat <<'YAML'
apiVersion: serving.kserve.io/v1alpha1
kind: InferenceGraph
metadata: {name: flow}
spec:
  nodes:
    root: {routerType: Sequence, steps: [{nodeName: both, name: first}]}
    both: {routerType: Ensemble, steps: [{serviceName: iris, name: one}, {serviceName: iris, name: two}]}
---
apiVersion: serving.kserve.io/v1alpha1
kind: InferenceGraph
metadata: {name: broken}
spec:
  nodes:
    root: {routerType: Sequence, steps: [{serviceUrl: "http://127.0.0.1:1/", dependency: Hard}]}
YAML
} >"$SCRATCH/objects.yaml"
expect "apply services and graphs" 'broken created' $K apply -f "$SCRATCH/objects.yaml"
expect "services are Ready" 'watched condition met' $K wait --for=condition=Ready inferenceservice --all --timeout=60s
expect "graphs are Ready" 'flow condition met' $K wait --for=condition=Ready inferencegraph --all --timeout=60s

expect "the load of a model is a span" 'iris internal model.load' spans find '^iris internal model.load unset .*kserve.model_folder='

TRACE=$(fresh)
expect "a request with a trace is answered" '"predictions":\[0\]\} 200$' ask iris /v1/models/iris:predict -H "$(kept "$TRACE")" -H 'tracestate: other=1'
expect "HTTP: gateway -> predictor -> predict" 'internal predict' \
    spans chain "$TRACE" '^roost-gateway server POST$' '^roost-gateway client POST$' '^iris server POST /v1/models/\{model_name\}:predict$' '^iris internal predict$'
expect "decode and encode are spans beside it" 'encode' spans chain "$TRACE" 'gateway server' 'gateway client' 'iris server' 'iris internal encode'
expect "the server's span says what was asked and answered" 'POST' spans find '^iris server' 'http.response.status_code=200' \
    'http.route=/v1/models/\{model_name\}:predict' 'kserve.model_name=iris' 'url.path=/v1/models/iris:predict' 'client.address=127' 'network.protocol.version=1.1'
expect "the gateway's says where it went" 'kserve.backend' spans find '^roost-gateway client' 'kserve.backend=default/iris-predictor' 'server.port='

TRACE=$(fresh)
expect "a call of gRPC with a trace is answered" 'answered with' "$PYTHON" scripts/walks/tracing/call.py "$GATEWAY" iris.default.example.com iris "00-$TRACE-00f067aa0ba902b7-01"
expect "gRPC: gateway -> predictor -> predict" 'internal predict' spans chain "$TRACE" '^roost-gateway server inference.GRPCInferenceService/ModelInfer$' \
    '^roost-gateway client inference' '^iris server inference.GRPCInferenceService/ModelInfer$' '^iris internal predict$'
expect "its spans are told as calls" 'rpc.system=grpc' spans find '^iris server inference' 'rpc.service=inference.GRPCInferenceService' 'rpc.method=ModelInfer' 'rpc.grpc.status_code=0'

TRACE=$(fresh)
expect "a graph answers" '"two":.*200$' ask flow / -H "$(kept "$TRACE")"
expect "gateway -> graph -> nodes -> gateway -> predictor" 'iris server' spans chain "$TRACE" 'gateway server' 'gateway client' '^roost-router server' \
    '^roost-router internal node root$' '^roost-router internal node both$' '^roost-router client POST$' 'gateway server' 'gateway client' '^iris server'

TRACE=$(fresh)
expect "a service with an agent answers" '200$' ask watched /v1/models/watched:predict -H "$(kept "$TRACE")"
expect "gateway -> agent -> predictor" 'watched server' spans chain "$TRACE" 'gateway server' 'gateway client' '^roost-agent server' '^roost-agent client' '^watched server'

expect "the service at zero has no replica" '^0?$' sh -c "for i in \$(seq 1500); do n=\$($K get deployment asleep-predictor -o 'jsonpath={.status.replicas}'); [ \${n:-0} = 0 ] && break; sleep 0.1; done; echo \$n"
TRACE=$(fresh)
expect "it wakes" '200$' ask asleep /v1/models/asleep:predict -H "$(kept "$TRACE")"
expect "the cold start is a span" 'cold start' spans chain "$TRACE" '^roost-gateway server' '^roost-gateway internal cold start$'

TRACE=$(fresh)
expect "a request whose trace is not kept" '200$' ask iris /v1/models/iris:predict -H "traceparent: 00-$TRACE-00f067aa0ba902b7-00"
expect "what fails" '500$' ask broken / -H "traceparent: 00-${TRACE%?}f-00f067aa0ba902b7-00"
expect "is told, though its trace is not kept" 'error' spans find '^roost-gateway server POST error' 'http.response.status_code=500'
expect "and nothing of what went well" '^0$' sh -c "grep -c '\"trace\": \"$TRACE\"' '$TOLD/spans'; true"

# --- collectors that are no good
load() { "$PYTHON" scripts/walks/tracing/load.py "$GATEWAY" iris.default.example.com /v1/models/iris:predict "$1"; }
figure() { $K get --raw /metrics | awk -v name="$1" 'index($0, name) == 1 { sum += $NF } END { print sum + 0 }'; }
memory() { awk '/VmRSS/ { print $2 }' "/proc/$UP/status"; }
load 2000 >"$SCRATCH/load.ok"
say "        all well: $(cat "$SCRATCH/load.ok")"
BEFORE=$(memory)
for mode in hang 500 exhausted dead; do
    LOST=$(figure roost_trace_spans_dropped_total)
    if [ $mode = dead ]; then kill -KILL "$COLLECTOR" 2>/dev/null; else echo $mode >"$TOLD/mode"; fi
    expect "collector: $mode: no request notices" '^2000 answered, 0 failed' load 2000
    lost_more() { [ "$(figure roost_trace_spans_dropped_total)" -gt "$LOST" ]; }
    if within 30 lost_more; then pass "collector: $mode: what is lost is counted"; else fail "collector: $mode: what is lost is counted" "$($K get --raw /metrics | grep roost_trace)"; fi
done
AFTER=$(memory)
if [ $((AFTER - BEFORE)) -lt 16384 ]; then pass "memory stays: $BEFORE kB before, $AFTER kB after"; else fail "memory stays" "$BEFORE kB before, $AFTER kB after"; fi
rm -f "$TOLD/mode"
start_collector
TRACE=$(fresh)
ask iris /v1/models/iris:predict -H "$(kept "$TRACE")" >/dev/null
again() {
    TRACE=$(fresh)
    ask iris /v1/models/iris:predict -H "$(kept "$TRACE")" >/dev/null
    sleep 1
    grep -q "$TRACE" "$TOLD/spans"
}
if within 60 again; then pass "a collector that is back gets spans again"; else fail "a collector that is back gets spans again" "$(tail -3 "$SCRATCH/up.err")"; fi
stop_roost

# --- by gRPC, to the same collector
export OTEL_EXPORTER_OTLP_ENDPOINT=http://127.0.0.1:$GRPC_PORT OTEL_EXPORTER_OTLP_PROTOCOL=grpc OTEL_SERVICE_NAME=alone
read -r PORT < <("$PYTHON" -c 'import socket; print(socket.create_server(("127.0.0.1", 0)).getsockname()[1])')
"$ROOST" model-server --model_name iris --model_dir "$MODELS/iris" --address 127.0.0.1 --http_port "$PORT" --grpc_port 0 2>"$SCRATCH/alone.err" &
ALONE=$!
PROGRAMS+=("$ALONE")
within 20 curl -sf "http://127.0.0.1:$PORT/v2/health/ready"
TRACE=$(fresh)
direct() { curl -sS -m 10 -H 'Content-Type: application/json' -H "$(kept "$1")" -d "$row" "http://127.0.0.1:$PORT/v1/models/iris:predict"; }
expect "a model server alone" 'predictions' direct "$TRACE"
expect "exports by gRPC" 'alone internal decode' spans chain "$TRACE" '^alone server' '^alone internal decode$'
echo exhausted >"$TOLD/mode"
for _ in $(seq 400); do direct "$(fresh)" >/dev/null; done
lost() { curl -s "http://127.0.0.1:$PORT/metrics" | grep -qE '^roost_trace_spans_dropped_total\{reason="queue_full"\} [1-9]'; }
if within 10 lost; then pass "RESOURCE_EXHAUSTED: what finds no room is counted"; else fail "RESOURCE_EXHAUSTED: what finds no room is counted" "$(curl -s "http://127.0.0.1:$PORT/metrics" | grep roost_trace; cat "$SCRATCH/alone.err")"; fi
rm -f "$TOLD/mode"
# Until the batch that waits is brought again, the queue is full, and new spans find no room.
drained() {
    TRACE=$(fresh)
    direct "$TRACE" >/dev/null
    sleep 0.5
    grep -q "$TRACE" "$TOLD/spans"
}
if within 30 drained; then pass "a collector that has room again gets spans"; else fail "a collector that has room again gets spans" "$(cat "$SCRATCH/alone.err")"; fi
TRACE=$(fresh)
direct "$TRACE" >/dev/null
kill -TERM "$ALONE"
wait "$ALONE" 2>/dev/null
if grep -q "$TRACE" "$TOLD/spans"; then pass "the last spans arrive when the server ends"; else fail "the last spans arrive when the server ends" "$(cat "$SCRATCH/alone.err")"; fi
