# What kubectl's users type, in all its forms, with every kubectl there is.
start_roost || exit
forms() {
    cat >"$SCRATCH/web.yaml" <<YAML
apiVersion: apps/v1
kind: Deployment
metadata: {name: web, labels: {app: web}}
spec:
  replicas: 2
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      terminationGracePeriodSeconds: 1
      containers:
      - name: main
        image: roost.dev/host
        command: [/bin/sh, -c, "echo started; while :; do echo tick; sleep 0.2; done"]
---
apiVersion: v1
kind: Service
metadata: {name: web}
spec: {selector: {app: web}, ports: [{port: 80, targetPort: 8080}]}
---
apiVersion: batch/v1
kind: Job
metadata: {name: once}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: main, image: roost.dev/host, command: [/bin/sh, -c, "echo done once"]}]
YAML
    expect "apply" 'deployment.apps/web created' "$KUBECTL" apply -f "$SCRATCH/web.yaml"
    expect "apply again" 'deployment.apps/web unchanged' "$KUBECTL" apply -f "$SCRATCH/web.yaml"
    expect "rollout status" 'successfully rolled out' "$KUBECTL" rollout status deployment/web --timeout=30s
    expect "get" '^web +2/2 +2 +2' "$KUBECTL" get deployments
    expect "get -o wide" 'main +roost.dev/host +app=web' "$KUBECTL" get deploy web -o wide
    expect "get -o yaml" '^kind: Deployment' "$KUBECTL" get deploy web -o yaml
    expect "get -o json" '"kind": "Deployment"' "$KUBECTL" get deploy web -o json
    expect "get -o name" '^deployment.apps/web$' "$KUBECTL" get deploy -o name
    expect "get -o jsonpath" '^2$' "$KUBECTL" get deploy web -o 'jsonpath={.status.readyReplicas}'
    expect "get -o go-template" '^web$' "$KUBECTL" get deploy web -o 'go-template={{.metadata.name}}'
    expect "get -o custom-columns" '^web +2$' "$KUBECTL" get deploy -o custom-columns=N:.metadata.name,R:.spec.replicas --no-headers
    expect "get --sort-by" 'web-' "$KUBECTL" get pods --sort-by=.metadata.creationTimestamp
    expect "get -l --show-labels" 'app=web' "$KUBECTL" get pods -l app=web --show-labels
    expect "get -A" '^default +pod/web' "$KUBECTL" get pods,svc -A
    expect "get --field-selector" 'web-' "$KUBECTL" get pods --field-selector=status.phase=Running
    expect "wait for the Job" 'condition met' "$KUBECTL" wait --for=condition=Complete job/once --timeout=30s
    expect "logs job/" 'done once' "$KUBECTL" logs job/once
    expect "logs -l" 'tick' "$KUBECTL" logs -l app=web --tail=2
    expect "logs of a Deployment, --timestamps" '^20[0-9-]+T.*tick' "$KUBECTL" logs deployment/web --tail=1 --timestamps
    timeout 2 "$KUBECTL" logs -f deployment/web --tail=1 >"$SCRATCH/follow" 2>&1
    expect "logs -f follows" '[3-9]|[1-9][0-9]' grep -c tick "$SCRATCH/follow"
    timeout 4 "$KUBECTL" get pods -w -l app=web >"$SCRATCH/watched" 2>&1 &
    local watcher=$!
    sleep 1
    expect "scale" 'scaled' "$KUBECTL" scale deployment web --replicas=3
    wait "$watcher"
    expect "get -w shows the third pod" '[3-9]' bash -c "grep -oE 'web-[a-z0-9]+-[a-z0-9]+' '$SCRATCH/watched' | sort -u | wc -l"
    expect "label" 'labeled' "$KUBECTL" label deployment web tier=front
    expect "annotate" 'annotate' "$KUBECTL" annotate deployment web note=x
    expect "patch, strategic" 'patched' "$KUBECTL" patch deployment web -p '{"spec":{"template":{"spec":{"containers":[{"name":"main","env":[{"name":"A","value":"b"}]}]}}}}'
    expect "patch, merge" 'patched' "$KUBECTL" patch deployment web --type=merge -p '{"spec":{"replicas":1}}'
    expect "patch, JSON" 'patched' "$KUBECTL" patch deployment web --type=json -p '[{"op":"replace","path":"/spec/minReadySeconds","value":0}]'
    expect "the patch keeps the rest of the container" '/bin/sh' "$KUBECTL" get deploy web -o 'jsonpath={.spec.template.spec.containers[0].command}'
    expect "describe deployment" 'ScalingReplicaSet' "$KUBECTL" describe deployment web
    expect "describe service" 'Endpoints: +127\.' "$KUBECTL" describe service web
    expect "describe node" 'Non-terminated Pods' "$KUBECTL" describe nodes
    expect "create namespace" 'namespace/n1 created' "$KUBECTL" create namespace n1
    expect "create configmap" 'configmap/c created' "$KUBECTL" -n n1 create configmap c --from-literal=a=b
    expect "create secret" 'secret/s created' "$KUBECTL" -n n1 create secret generic s --from-literal=a=b
    expect "get events" 'Started container main' "$KUBECTL" get events
    expect "api-resources" 'inferenceservices' "$KUBECTL" api-resources
    expect "api-versions" 'serving.kserve.io/v1beta1' "$KUBECTL" api-versions
    refuse "a missing object" 'deployments.apps "nope" not found' "$KUBECTL" get deploy nope
    expect "delete namespace" 'namespace "n1" deleted' "$KUBECTL" delete namespace n1 --timeout=30s
    expect "delete" 'deployment.apps "web" deleted' "$KUBECTL" delete -f "$SCRATCH/web.yaml" --timeout=30s
    within 20 bash -c "[ -z \"\$($KUBECTL get pods -o name)\" ]" && pass "the pods go with them" || fail "the pods go with them" "$("$KUBECTL" get pods 2>&1)"
}
for KUBECTL in $(kubectls); do
    say " $("$KUBECTL" version --client 2>/dev/null | head -1 | grep -oE 'v[0-9]+\.[0-9]+\.[0-9]+' | head -1) at $KUBECTL"
    forms
done
stop_roost
