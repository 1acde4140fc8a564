# Without kubectl: roost's own verbs, and what kubectl users do besides the walk.
start_roost || exit
cat >"$SCRATCH/iris.yaml" <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris, labels: {team: a}}
spec:
  predictor:
    sklearn: {storageUri: "file://$MODELS/iris"}
YAML
expect "roost apply" 'inferenceservice.*/iris created' "$ROOST" apply -f "$SCRATCH/iris.yaml"
expect "roost wait" 'condition met' "$ROOST" wait inferenceservice/iris --timeout 30s
expect "roost predict" '^\{"predictions":\[0\]\}$' "$ROOST" predict iris -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'
expect "roost get" '^iris +http://iris.default.example.com +True' "$ROOST" get isvc
expect "roost get -o yaml" '^kind: InferenceService$' "$ROOST" get isvc iris -o yaml
expect "apply again changes nothing" 'iris unchanged' "$ROOST" apply -f "$SCRATCH/iris.yaml"
refuse "an unknown type is named" 'does not have a resource type "foo"' "$ROOST" get foo
refuse "an unknown flag exits 2 with a hint" 'unknown flag --bogus' "$ROOST" get pods --bogus

expect "kubectl get -w shows changes" 'iris' timeout 5 kubectl get isvc iris --watch-only=false --request-timeout=2s
expect "kubectl label" 'labeled' kubectl label isvc iris tier=gold
expect "by label" '^inferenceservice.serving.kserve.io/iris$' kubectl get isvc -l tier=gold -o name
expect "kubectl patch" 'patched' kubectl patch isvc iris --type merge -p '{"spec":{"predictor":{"minReplicas":2}}}'
if within 20 bash -c '[ "$(kubectl get deploy iris-predictor -o jsonpath={.status.readyReplicas})" = 2 ]'; then pass "two replicas"; else
    fail "two replicas" "$(kubectl get deploy,po,hpa 2>&1)"
fi
expect "kubectl scale" 'scaled' kubectl scale deployment iris-predictor --replicas=3
expect "kubectl rollout status" 'successfully rolled out' kubectl rollout status deployment iris-predictor --timeout=30s
expect "kubectl api-resources" 'inferenceservices +isvc +serving.kserve.io/v1beta1 +true +InferenceService' kubectl api-resources
expect "kubectl create namespace" 'namespace/kserve-test created' kubectl create namespace kserve-test
expect "kubectl create configmap" 'created' kubectl create configmap c -n kserve-test --from-literal=a=b
expect "kubectl describe pod" 'Started container kserve-container' bash -c 'kubectl describe pod -l serving.kserve.io/inferenceservice=iris'
expect "kubectl get -A" 'kserve +inferenceservice-config' kubectl get configmaps -A
expect "kubectl get by custom columns" 'iris +True' kubectl get isvc iris -o 'custom-columns=N:.metadata.name,R:.status.conditions[?(@.type=="Ready")].status' --no-headers
expect "kubectl delete namespace" 'deleted' kubectl delete namespace kserve-test --timeout=30s
expect "roost delete" 'iris deleted' "$ROOST" delete isvc iris
native() { "$ROOST" model formats -o markdown | diff - docs/models.md; }
expect "docs/models.md is what the program prints (make docs)" '' native
expect "a document of named values is told column by column" '^ANSWERS +hazard float64$' \
    "$ROOST" model inspect scripts/parity/cases/jpmml_evaluator/documents/cox.pmml
stop_roost
