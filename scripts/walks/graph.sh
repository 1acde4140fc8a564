# InferenceGraphs of every kind over iris services, and services with a batcher and a payload logger, by kubectl and curl.
start_roost || exit
K=kubectl
row='[[5.1, 3.5, 1.4, 0.2]]'

python3 scripts/walks/graph/sink.py "$SCRATCH/events" >"$SCRATCH/sink.port" &
PROGRAMS+=($!)
within 10 test -s "$SCRATCH/sink.port"
SINK=$(cat "$SCRATCH/sink.port")

# iris NAME SPEC: a service of the iris model with these lines in its predictor.
iris() {
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
# graph NAME NODES: a graph, its nodes in JSON.
graph() { printf '{"apiVersion":"serving.kserve.io/v1alpha1","kind":"InferenceGraph","metadata":{"name":"%s"},"spec":{"nodes":%s}}' "$1" "$2"; }
# ask NAME BODY…: what a graph or service answers through the gateway, the status behind it.
ask() {
    local host=$1.default.example.com body=$2
    shift 2
    curl -sS -m 20 -w ' %{http_code}' -H "Host: $host" -H 'Content-Type: application/json' -d "$body" "$@" "http://$GATEWAY${URL_PATH:-/}"
}

# routers: the routers that are processes of their own.
routers() { pgrep -P "$UP" -af 'router --graph-json'; }

{
    iris iris ''
    iris batched '    batcher: {maxBatchSize: 3, maxLatency: 3000}'
    iris logged "    logger: {mode: all, url: \"http://127.0.0.1:$SINK/\", metadataHeaders: [X-Team]}"
} >"$SCRATCH/services.yaml"
expect "apply three services" 'inferenceservice.serving.kserve.io/logged created' $K apply -f "$SCRATCH/services.yaml"
expect "all are Ready" 'batched condition met' $K wait --for=condition=Ready inferenceservice --all --timeout=60s
expect "the agent is a container of the pod" 'agent' $K get pods -l serving.kserve.io/inferenceservice=batched -o 'jsonpath={.items[0].spec.containers[*].name}'
expect "the Service points at the agent" '^9081$' $K get service batched-predictor -o 'jsonpath={.spec.ports[0].targetPort}'

expect "apply the example" 'inferencegraph.serving.kserve.io/flowers created' $K apply -f examples/graph.yaml
$K apply -f - <<<"$(graph chain '{"root":{"routerType":"Sequence","steps":[{"serviceName":"iris","name":"first"},{"serviceName":"iris","name":"second","data":"$request","condition":"predictions.#(==0)"}]}}')" >/dev/null
$K apply -f - <<<"$(graph split '{"root":{"routerType":"Splitter","steps":[{"serviceName":"iris","weight":100},{"serviceUrl":"http://127.0.0.1:1/","weight":0}]}}')" >/dev/null
$K apply -f - <<<"$(graph broken '{"root":{"routerType":"Sequence","steps":[{"serviceUrl":"http://127.0.0.1:1/","dependency":"Hard"},{"serviceName":"iris"}]}}')" >/dev/null
$K apply -f - <<<"$(graph ring '{"root":{"routerType":"Sequence","steps":[{"nodeName":"next"}]},"next":{"routerType":"Sequence","steps":[{"nodeName":"root"}]}}')" >/dev/null
$K apply -f - <<<"$(graph waiting '{"root":{"routerType":"Sequence","steps":[{"serviceName":"later"}]}}')" >/dev/null
for name in flowers chain split broken; do
    expect "graph $name is Ready" 'condition met' $K wait --for=condition=Ready "inferencegraph/$name" --timeout=60s
done
expect "a router is a pod without a process" '^0$' sh -c "pgrep -P $UP -f 'router --graph-json' | wc -l"
expect "with a log" 'router: graph is served nodes=3' $K logs deployment/flowers
expect "its address is told" '^http://flowers.default.example.com True$' $K get inferencegraph flowers -o 'jsonpath={.status.url} {.status.conditions[?(@.type=="Ready")].status}'

expect "a switch takes the way whose condition holds" '^\{"predictions":\[0\]\} 200$' ask flowers "{\"instances\": $row}"
expect "an ensemble answers with all answers" '^\{"first":\{"predictions":\[0\]\},"second":\{"predictions":\[0\]\}\} 200$' ask flowers "{\"both\": true, \"instances\": $row}"
expect "a switch without a way says so" 'None of the routes matched with the switch condition"\} 404$' ask flowers '{"inputs": []}'
expect "a sequence goes on where its condition holds" '^\{"predictions":\[0\]\} 200$' ask chain "{\"instances\": $row}"
expect "and stops where it does not" '^\{"predictions":\[2\]\} 200$' ask chain '{"instances": [[6.7, 3.0, 5.2, 2.3]]}'
expect "a splitter splits" '^\{"predictions":\[0\]\} 200$' ask split "{\"instances\": $row}"
expect "the failure of a step is told with its cause" '"error":"Failed to process request","cause":"Post .*127.0.0.1:1.* 500$' ask broken "{\"instances\": $row}"
expect "the answer of a step's failure is the graph's" '400$' ask split '{"instances": 5}'

expect "a graph that leads back to itself is refused" 'InvalidGraph the nodes lead back to themselves: next -> root -> next|InvalidGraph the nodes lead back to themselves: root -> next -> root' \
    $K get inferencegraph ring -o 'jsonpath={.status.conditions[?(@.type=="Ready")].reason} {.status.conditions[?(@.type=="Ready")].message}'
expect "a graph without its service waits" 'ServiceNotFound there is no InferenceService called later' \
    $K get inferencegraph waiting -o 'jsonpath={.status.conditions[?(@.type=="Ready")].reason} {.status.conditions[?(@.type=="Ready")].message}'
iris later '' | $K apply -f - >/dev/null
expect "and goes on when it comes" 'condition met' $K wait --for=condition=Ready inferencegraph/waiting --timeout=60s
expect "then it answers" '^\{"predictions":\[0\]\} 200$' ask waiting "{\"instances\": $row}"

URL_PATH=/v1/models/batched:predict
ask batched "{\"instances\": $row}" >"$SCRATCH/first" &
first=$!
ask batched '{"instances": [[6.7, 3.0, 5.2, 2.3], [5.1, 3.5, 1.4, 0.2]]}' >"$SCRATCH/second"
wait $first
expect "the first of a batch gets its part" '"predictions":\[0\]\} 200$' cat "$SCRATCH/first"
expect "the second gets its own" '"predictions":\[2,0\]\} 200$' cat "$SCRATCH/second"
expect "both were one request" '^1$' sh -c "grep -ohE '\"batchId\":\"[0-9a-f-]{36}\"' '$SCRATCH/first' '$SCRATCH/second' | sort -u | wc -l"

URL_PATH=/v1/models/logged:predict
expect "a logged service answers" '^\{"predictions":\[0\]\} 200$' ask logged "{\"instances\": $row}" -H 'X-Team: ml' -H 'Ce-Id: walk-1'
within 10 grep -q 'inference.response' "$SCRATCH/events"
expect "its request is an event" '"ce-id": "walk-1".*inference.request' grep inference.request "$SCRATCH/events"
expect "its answer is an event" 'predictions' grep inference.response "$SCRATCH/events"
expect "events name the service and the field" '"ce-inferenceservicename": "logged".*X-Team' grep inference.response "$SCRATCH/events"

$K annotate inferencegraph split roost.dev/own-process=true >/dev/null
within 20 routers
expect "a router gets a process where its graph wants one" 'Splitter' routers
within 20 $K rollout status deployment/split
expect "which answers alike" '^\{"predictions":\[0\]\} 200$' ask split "{\"instances\": $row}"

$K annotate inferencegraph chain serving.kserve.io/stop=true >/dev/null
expect "a stopped graph is stopped" 'condition met' $K wait --for=condition=Stopped inferencegraph/chain --timeout=30s
expect "and its router is gone" '^$' sh -c "for i in \$(seq 100); do $K get deployment chain >/dev/null 2>&1 || exit 0; sleep 0.1; done; exit 1"
expect "delete a graph" 'deleted' $K delete inferencegraph flowers
expect "its objects go with it" '^$' sh -c "for i in \$(seq 100); do $K get deployment flowers >/dev/null 2>&1 || exit 0; sleep 0.1; done; exit 1"
stop_roost
