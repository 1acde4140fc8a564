# Bad input is normal: a clear answer each, nothing runs, nothing falls over.
start_roost || exit
manifest() { # NAME FOLDER [EXTRA]
    cat <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: $1}
spec:
  predictor:
    sklearn: {storageUri: "file://$2"}
    ${3:-}
YAML
}
manifest iris "$MODELS/iris" >"$SCRATCH/iris.yaml"
expect "a good service beside the bad ones" 'created' kubectl apply -f "$SCRATCH/iris.yaml"
expect "is Ready" 'condition met' kubectl wait --for=condition=Ready isvc/iris --timeout=30s
predict() { curl -sS -m 20 -o - -w ' %{http_code}' -H 'Host: iris.default.example.com' "$@" "http://$GATEWAY/v1/models/iris:predict"; }

printf 'apiVersion: v1\nkind: [' >"$SCRATCH/malformed.yaml"
refuse "a malformed manifest" 'error' kubectl apply -f "$SCRATCH/malformed.yaml"
manifest typo "$MODELS/iris" 'minReplica: 1' >"$SCRATCH/typo.yaml"
refuse "an unknown field is named with its path" 'strict decoding error: unknown field "spec.predictor.minReplica"' kubectl apply -f "$SCRATCH/typo.yaml"
manifest wrong "$MODELS/iris" 'minReplicas: "two"' >"$SCRATCH/wrong.yaml"
refuse "a wrong type is named with its path" 'spec.predictor.minReplicas' kubectl apply -f "$SCRATCH/wrong.yaml"
manifest wrong "$MODELS/iris" 'minReplicas: 3, maxReplicas: 2' | sed 's/minReplicas: 3, /minReplicas: 3\n    /' >"$SCRATCH/bounds.yaml"
refuse "a rule of KServe is told as KServe tells it" "'MinReplicas' cannot be greater than MaxReplicas" kubectl apply -f "$SCRATCH/bounds.yaml"

why() { kubectl get isvc "$1" -o jsonpath='{.status.conditions[?(@.type=="Ready")].message} {.status.modelStatus}'; }
not_ready() { # NAME DESCRIPTION PATTERN
    kubectl apply -f "$SCRATCH/$1.yaml" >/dev/null 2>&1
    if within 20 bash -c "kubectl get isvc $1 -o json | grep -qE '$3'"; then pass "$2"; else fail "$2" "$(why "$1")
$(kubectl describe isvc "$1" 2>&1 | tail -5)"; fi
}
manifest missing "$SCRATCH/nowhere" >"$SCRATCH/missing.yaml"
not_ready missing "a missing model folder: not ready, and the status says why" 'nowhere'
mkdir -p "$SCRATCH/truncated" "$SCRATCH/hostile"
head -c 700 "$MODELS/words/model.pkl" >"$SCRATCH/truncated/model.pkl"
manifest truncated "$SCRATCH/truncated" >"$SCRATCH/truncated.yaml"
not_ready truncated "a truncated pickle: not ready, and the status says where" 'byte|ends'
python3 - "$SCRATCH" <<'PY'
import os, pickle, sys
class Evil:
    def __reduce__(self): return os.system, (f"touch {sys.argv[1]}/executed",)
pickle.dump(Evil(), open(f"{sys.argv[1]}/hostile/model.pkl", "wb"))
PY
manifest hostile "$SCRATCH/hostile" >"$SCRATCH/hostile.yaml"
not_ready hostile "a pickle that would call os.system: refused by name" 'system'
if [ ! -e "$SCRATCH/executed" ]; then pass "and nothing of it ran"; else fail "and nothing of it ran"; fi

expect "a body that is not JSON: 400" 'error.* 400$' predict -d 'hello'
expect "rows of the wrong width: 400" 'error.* 400$' predict -d '{"instances": [[1, 2]]}'
expect "instances that are no list: 400" 'Expected .*instances.* to be a list.* 400$' predict -d '{"instances": 1}'
head -c 100000000 /dev/zero | tr '\0' '[' >"$SCRATCH/brackets"
expect "100 MB of nested brackets: refused" ' (400|413)$' predict -H 'Expect:' -H 'Content-Type: application/json' --data-binary "@$SCRATCH/brackets"
expect "and to the API server: refused" ' (400|413)$' curl -skS -m 20 -o /dev/null -w ' %{http_code}' -H 'Expect:' \
    -H "Authorization: Bearer $(python3 -c "import json;print(json.load(open('$KUBECONFIG'))['users'][0]['user']['token'])")" \
    -H 'Content-Type: application/json' --data-binary "@$SCRATCH/brackets" \
    "$(python3 -c "import json;print(json.load(open('$KUBECONFIG'))['clusters'][0]['cluster']['server'])")/api/v1/namespaces/default/configmaps"
expect "no route: 404 that says so" 'error.* 404$' curl -sS -m 5 -w ' %{http_code}' -H 'Host: nobody.example.com' "http://$GATEWAY/"
expect "an unknown model: 404" 'does not exist.* 404$' curl -sS -m 5 -w ' %{http_code}' -H 'Host: iris.default.example.com' -d '{}' "http://$GATEWAY/v1/models/other:predict"
expect "after all that it still answers" '"predictions":\[0\].* 200$' predict -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'
stop_roost
