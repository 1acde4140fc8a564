# A Service of Knative's own, without KServe: ready, changed, split by percent, reached by tag, rolled back, refused.
start_roost || exit
KUBECTL=$(kubectls | head -1)

# service IMAGE_ARGUMENT TRAFFIC: the Service `words`, whose answers do not tell its revision; its pods do.
service() {
    cat <<YAML
apiVersion: serving.knative.dev/v1
kind: Service
metadata: {name: words}
spec:
  template:
    spec:
      containers:
      - image: kserve/sklearnserver
        args: [--model_name=$1, --model_dir=/mnt/models, --http_port=8080]
        ports: [{containerPort: 8080}]
        readinessProbe: {httpGet: {path: /v1/models/$1}}
        volumeMounts: [{name: model, mountPath: /mnt/models}]
      volumes:
      - name: model
        hostPath: {path: $MODELS/words}
  traffic: $2
YAML
}
apply() { service "$@" | "$KUBECTL" apply -f -; }
ask() { curl -sS -m 10 -o /dev/null -w '%{http_code}' -H "Host: $1" "http://$GATEWAY/v2/models/$2"; }
answers() { [ "$(ask "$@")" = 200 ]; }
# shows PATTERN COMMAND…: whether the command's output matches.
shows() { local pattern=$1; shift; "$@" 2>/dev/null | grep -qE -- "$pattern"; }
# becomes NAME PATTERN COMMAND…: the output matches within a minute.
becomes() {
    local name=$1 pattern=$2
    shift 2
    within 60 shows "$pattern" "$@"
    expect "$name" "$pattern" "$@"
}
TRAFFIC='{range .status.traffic[*]}{.revisionName}={.percent}{.tag} {end}{.status.conditions[?(@.type=="Ready")].status}'
# tally HOST MODEL COUNT: how many of so many requests are answered with 200; the others went to a revision without the model.
tally() { for _ in $(seq "$3"); do ask "$1" "$2"; echo; done | grep -c 200; }

latest='[{latestRevision: true, percent: 100}]'
expect "apply the Service" 'service.serving.knative.dev/words created' apply first "$latest"
expect "wait until it is Ready" 'condition met' "$KUBECTL" wait --for=condition=Ready ksvc/words --timeout=60s
expect "get ksvc shows address and revisions" 'words +http://words.default.example.com +words-00001 +words-00001 +True' "$KUBECTL" get ksvc
expect "get rev has upstream's columns" 'NAME +CONFIG NAME +GENERATION +READY +REASON +ACTUAL REPLICAS +DESIRED REPLICAS' "$KUBECTL" get rev
expect "the revision answers by host name" 200 ask words.default.example.com first

expect "change the template" configured apply second "$latest"
becomes "the second revision takes over" '^words-00002=100 True$' "$KUBECTL" get ksvc words -o jsonpath="$TRAFFIC"
within 10 answers words.default.example.com second
expect "it answers" 200 ask words.default.example.com second

expect "split the traffic" configured \
    apply second '[{latestRevision: true, percent: 30}, {revisionName: words-00001, percent: 70, tag: prev}]'
becomes "the Service is Ready with both" '^words-00002=30 words-00001=70prev True$' "$KUBECTL" get ksvc words -o jsonpath="$TRAFFIC"
within 10 answers prev-words.default.example.com first
expect "the tag has an address of its own" 200 ask prev-words.default.example.com first
share=$(tally words.default.example.com first 300)
if [ "$share" -ge 165 ] && [ "$share" -le 255 ]; then pass "of 300 requests $share went to the 70 percent"; else fail "70 percent" "$share of 300"; fi

expect "roll back" configured apply second '[{revisionName: words-00001, percent: 100}]'
becomes "all traffic is back" '^words-00001=100 True$' "$KUBECTL" get ksvc words -o jsonpath="$TRAFFIC"
expect "only the first revision answers" 50 tally words.default.example.com first 50

refuse "percents that do not sum up" 'validation failed: Traffic targets sum to 90, want 100: spec.traffic' apply second '[{latestRevision: true, percent: 90}]'
refuse "a revision that changes" 'Immutable fields changed' "$KUBECTL" patch rev words-00001 --type=merge -p '{"spec":{"timeoutSeconds":7}}'
expect "delete it" 'deleted' "$KUBECTL" delete ksvc words
left() { ! "$KUBECTL" get rev,rt,cfg,deploy,httproute,pods -o name 2>/dev/null | grep -q .; }
within 60 left
expect "nothing is left" '^No resources found' "$KUBECTL" get rev,rt,cfg,deploy,httproute,pods
stop_roost
