# The three kinds of logs (the parts' own, access lines, payloads), and that no sink which hangs, dies or answers 500 is felt by
# requests. LOG_SECONDS=60 makes each bad time of a sink a minute long.
SECONDS_EACH=${LOG_SECONDS:-8}
RATE=250
TRACE=0af7651916cd43dd8448eb211c80319c
export ROOST_LOG_FORMAT=json
start_roost --gateway-access-log || exit
unset ROOST_LOG_FORMAT
K=kubectl
ROW='{"instances": [[5.1, 3.5, 1.4, 0.2]]}'
LINES="python3 scripts/walks/logs/lines.py"

echo ok >"$SCRATCH/mode"
python3 scripts/walks/logs/sink.py "$SCRATCH/mode" >"$SCRATCH/sink.port" &
PROGRAMS+=($!)
SINK_PROGRAM=$!
within 10 test -s "$SCRATCH/sink.port"

# iris NAME ANNOTATIONS PREDICTOR: a service of the iris model.
iris() {
    cat <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: $1, annotations: {$2}}
spec:
  predictor:
$3
    model:
      modelFormat: {name: sklearn}
      storageUri: file://$MODELS/iris
      env: [{name: ROOST_ACCESS_LOG, value: "true"}, {name: ROOST_LOG_FORMAT, value: json}]
---
YAML
}
# ask NAME CURL-WORDS…: the status of a prediction through the gateway.
ask() {
    local name=$1
    shift
    curl -sS -m 20 -o "$SCRATCH/answer" -w '%{http_code}' -H "Host: $name.default.example.com" -H 'Content-Type: application/json' \
        "$@" "http://$GATEWAY/v1/models/$name:predict"
}
# agent_address NAME: where the agent of a service listens. figure ADDRESS SERIES: the value of one of its series.
agent_address() { $K get pods -l "serving.kserve.io/inferenceservice=$1" -o 'jsonpath={.items[0].status.podIP}:9081'; }
figure() { curl -sS -m 5 "http://$1" | awk -v start="$2 " 'index($0, start) == 1 {print int($NF)}'; }
# resident PROGRAM-PATTERN: the memory of the process whose command line has it, in MiB.
resident() { awk '/^VmRSS/ {print int($2 / 1024)}' "/proc/$(pgrep -f -- "$1" | head -1)/status"; }

{
    iris plain '' ''
    iris filed 'roost.dev/log-redact: "$.instances[*].name,$.secret", roost.dev/log-payload-bytes: "2000", roost.dev/log-file-bytes: "20000", roost.dev/log-files: "2"' \
        "    logger: {mode: all, url: \"file://$SCRATCH/payloads\"}"
    iris posted '' "    logger: {mode: all, url: \"http://127.0.0.1:$(cat "$SCRATCH/sink.port")/\"}"
} >"$SCRATCH/services.yaml"
$K apply -f "$SCRATCH/services.yaml" >/dev/null
expect "three services are Ready" 'posted condition met' $K wait --for=condition=Ready inferenceservice --all --timeout=60s

say "  access lines"
expect "a prediction is answered" '^200$' ask plain -d "$ROW" -H "traceparent: 00-$TRACE-b7ad6b7169203331-01" -H 'X-Request-Id: walk-1' -A 'walk'
expect "one that would forge a line is answered" '^200$' ask plain -d "$ROW" -A $'x" ERROR\tforged \xff' -H 'X-Request-Id: {"level":"error"}'
pod_log() { $K logs -l serving.kserve.io/inferenceservice=plain --tail=-1 >"$SCRATCH/pod.log" && $LINES "$SCRATCH/pod.log" "$@"; }
within 10 sh -c "$K logs -l serving.kserve.io/inferenceservice=plain --tail=-1 | grep -q forged"
expect "the server's line tells method, path, status, time, both ids" \
    '"method":"POST","path":"/v1/models/plain:predict".*"status":200,"duration_ms":[0-9.]+,.*"user_agent":"walk","request_id":"walk-1","trace_id":"'$TRACE'"' \
    pod_log request_id=walk-1
expect "a field from outside is one value of its line" '"user_agent":"x\\" ERROR\\tforged \\ufffd"' pod_log part=model-server message=request 'request_id={"level":"error"}'
within 10 grep -q forged "$SCRATCH/up.err"
expect "the gateway's line has the same ids" '"trace_id":"'$TRACE'"' $LINES "$SCRATCH/up.err" part=gateway request_id=walk-1
expect "and says where the request went" '"route":"default/plain","backend":"default/plain-predictor:80","endpoint":"127' $LINES "$SCRATCH/up.err" part=gateway request_id=walk-1
expect "what fits no route has a line" '"status":404' sh -c "curl -s http://$GATEWAY/nowhere >/dev/null; sleep 0.5; $LINES '$SCRATCH/up.err' part=gateway path=/nowhere"

say "  payloads in files"
expect "a request with names is answered" '^200$' ask filed -d '{"secret": {"a": ["TOP"]}, "instances": [[5.1, 3.5, 1.4, 0.2]]}' -H 'Ce-Id: walk-2'
expect "one that is no JSON is not" '^4' ask filed -d 'name=TOP'
expect "a large one is answered" '^200$' ask filed -d "{\"instances\": [$(seq -s, -f '[5.1,3.5,1.4,0.2%g]' 300)]}"
FILES=$SCRATCH/payloads/default/filed/predictor
within 10 grep -q too-large "$FILES/payloads-0.jsonl"
expect "the request is a CloudEvent of its service" '"data":\{"secret": "\[redacted\]", "instances"' grep '"id":"walk-2".*inference.request' "$FILES/payloads-0.jsonl"
expect "so is the answer" '"data":\{"predictions":\[0\]\}' grep '"id":"walk-2".*inference.response' "$FILES/payloads-0.jsonl"
expect "what is no JSON is not shown" '"dataomitted":"not-json","datasize":"8"' cat "$FILES/payloads-0.jsonl"
expect "what is too large is told with its size" '"dataomitted":"too-large","datasize":"[0-9]{4}"' cat "$FILES/payloads-0.jsonl"
expect "nothing that is hidden is there" '^0$' sh -c "cat '$FILES'/*.jsonl | grep -c TOP || true"
python3 scripts/walks/logs/steady.py "http://$GATEWAY/v1/models/filed:predict" filed.default.example.com 2 100 >/dev/null
expect "the number of files is bounded" '^2 files of at most 20000 bytes$' sh -c "
    cd '$FILES' && for file in *.jsonl; do [ \$(wc -c <\$file) -le 20000 ] || echo \$file is too large; done; echo \$(ls *.jsonl | wc -l) files of at most 20000 bytes"
expect "every line of them is an event" '^events$' python3 -c "
import glob, json
for path in glob.glob('$FILES/*.jsonl'):
    for line in open(path): assert json.loads(line)['specversion'] == '1.0'
print('events')"

say "  sinks in a bad time of $SECONDS_EACH s each, under $RATE requests a second"
AGENT=$(agent_address posted)
# bad MODE: asks steadily while the sink is in a mode.
bad() {
    [ "$1" = dead ] || echo "$1" >"$SCRATCH/mode"
    [ "$1" != dead ] || kill -KILL "$SINK_PROGRAM"
    python3 scripts/walks/logs/steady.py "http://$GATEWAY/v1/models/posted:predict" posted.default.example.com "$SECONDS_EACH" $RATE
}
EVENTS=roost_agent_payload_events_total
bad ok >"$SCRATCH/steady.ok"
BEFORE=$(resident "$SCRATCH.*agent.*--component-port|agent.*--log-url.*posted")
expect "a sink that is well: all answered" '"failed": 0' cat "$SCRATCH/steady.ok"
expect "and events are delivered" '^[1-9]' figure "$AGENT/roost/agent/metrics" "$EVENTS{result=\"delivered\"}"
expect "a sink that answers 500: all answered" '"failed": 0' bad 500
expect "and that is counted" '^[1-9]' figure "$AGENT/roost/agent/metrics" "$EVENTS{result=\"refused\"}"
expect "a sink that hangs: all answered" '"failed": 0' bad hang
expect "and what there was no room for is counted" '^[1-9]' figure "$AGENT/roost/agent/metrics" "$EVENTS{result=\"lost\"}"
expect "a sink that is gone: all answered" '"failed": 0' bad dead
expect "and that is counted" '^[1-9]' figure "$AGENT/roost/agent/metrics" "$EVENTS{result=\"failed\"}"
AFTER=$(resident "$SCRATCH.*agent.*--component-port|agent.*--log-url.*posted")
say "          agent: $BEFORE MiB before, $AFTER MiB after; with a well sink $(cat "$SCRATCH/steady.ok")"
expect "the agent's memory is bounded" '^yes$' sh -c "[ $((AFTER - BEFORE)) -lt 64 ] && echo yes"

say "  readers of lines that hang, disks that are full"
# lines_to NAME TARGET: a model server with access lines to a target that takes none of them; answers and losses are told.
lines_to() {
    "$ROOST" model-server --model_name iris --model_dir "$MODELS/iris" --address 127.0.0.1 --http_port "$3" --enable_grpc false \
        --access_log true --log-format json 2>"$2" &
    PROGRAMS+=($!)
    local program=$! url=http://127.0.0.1:$3
    within 10 curl -sf "$url/v1/models/iris"
    printf '%0.s-' $(seq 3000) >"$SCRATCH/agent-name"
    for _ in 1 2; do
        curl -sS -m 60 -o /dev/null -A "$(head -c 900 "$SCRATCH/agent-name")" -H 'Content-Type: application/json' -d "$ROW" -w '%{http_code}\n' \
            "$url/v1/models/iris:predict?[1-1500]" | sort | uniq -c
    done >"$SCRATCH/lines.$1"
    figure "${url#http://}/metrics" roost_log_lines_lost_total >>"$SCRATCH/lines.$1"
    awk '/^VmRSS/ {print int($2 / 1024), "MiB"}' "/proc/$program/status" >>"$SCRATCH/lines.$1"
    kill -TERM $program
    within 10 sh -c "! kill -0 $program" && echo ended >>"$SCRATCH/lines.$1"
    tr '\n' ' ' <"$SCRATCH/lines.$1"
}
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
mkfifo "$SCRATCH/unread"
exec 7<>"$SCRATCH/unread"
expect "a pipe that nobody reads: 3000 answers, losses counted, it ends" '^ *1500 200 +1500 200 [1-9][0-9]* [0-9]+ MiB ended' lines_to pipe "$SCRATCH/unread" "$(free_port)"
exec 7>&-
expect "a disk that is full: the same" '^ *1500 200 +1500 200 [1-9][0-9]* [0-9]+ MiB ended' lines_to full /dev/full "$(free_port)"

say "  roost top"
asked() { grep -c '"path":"/v1/models/plain:predict"' "$SCRATCH/up.err"; }
EARLIER=$(asked)
python3 scripts/walks/logs/steady.py "http://$GATEWAY/v1/models/plain:predict" plain.default.example.com 6 100 >/dev/null &
STEADY=$!
is_under_load() { [ "$(asked)" -gt $((EARLIER + 20)) ]; }
within 10 is_under_load
expect "services with what they do now" '^plain +yes +(9|1[01])[0-9.]* +<?[0-9.]+ms +<?[0-9.]+ms +0% +1/1 +[0-9]+m +[0-9]+Mi$' "$ROOST" top --once --interval 2s
wait $STEADY
expect "sorted as asked" 'NAME +READY' "$ROOST" top --once --sort name --interval 1s

stop_roost
expect "every line of the platform's log is one event of JSON" '"part":' $LINES "$SCRATCH/up.err"
