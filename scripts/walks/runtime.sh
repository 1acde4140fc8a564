# Roost's model server for other KServes: its runtime is accepted, a service that names it works, its image answers.
manifest=packaging/runtime/roost-model-server.yaml
start_roost || exit
expect "the schema of upstream's CRD takes the runtime" 'created \(server dry run\)' kubectl apply --validate=strict --dry-run=server -f $manifest
expect "kubectl apply" 'roost-model-server created' kubectl apply -f $manifest
cat >"$SCRATCH/isvc.yaml" <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris}
spec:
  predictor:
    model:
      modelFormat: {name: sklearn}
      runtime: roost-model-server
      storageUri: "file://$MODELS/iris"
YAML
expect "a service that names it" 'created' kubectl apply -f "$SCRATCH/isvc.yaml"
expect "is Ready" 'condition met' kubectl wait --for=condition=Ready isvc/iris --timeout=30s
expect "its status names the runtime" '^roost-model-server$' kubectl get isvc iris -o jsonpath='{.status.clusterServingRuntimeName}'
expect "and answers" '"predictions":\[0\]' curl -sS -m 5 -H 'Host: iris.default.example.com' -H 'Content-Type: application/json' \
    -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}' "http://$GATEWAY/v1/models/iris:predict"
stop_roost

# The image, where there is an engine; see image-job.sh for its settings.
printf '[containers]\ndefault_ulimits = []\n[engine]\nruntime = "runc"\n' >"$SCRATCH/containers.conf"
export CONTAINERS_CONF=$SCRATCH/containers.conf
if ! command -v podman >/dev/null || ! podman info >/dev/null 2>&1; then
    skip "the image: podman does not answer on this machine"
elif ! built=$(IMAGE=roost-walk/model-server:test scripts/image.sh podman 2>&1); then
    skip "the image: podman cannot build here: $(tail -1 <<<"$built")"
else
    pass "the image is built: $(podman image inspect -f '{{.Size}}' roost-walk/model-server:test) bytes"
    port=$(python3 -c 'import socket; held = socket.create_server(("127.0.0.1", 0)); print(held.getsockname()[1])')
    podman run -d --rm --network host --read-only --cap-drop ALL -v "$MODELS/iris:/mnt/models:ro" --name "roost-walk-$$" roost-walk/model-server:test \
        --model_name=iris --address=127.0.0.1 --http_port="$port" --enable_grpc=false >"$SCRATCH/podman.out" 2>&1 ||
        fail "the image runs" "$(cat "$SCRATCH/podman.out")"
    within 10 curl -sf "http://127.0.0.1:$port/v2/health/ready"
    expect "a container of it answers" '"predictions":\[0\]' curl -sS -m 5 -H 'Content-Type: application/json' \
        -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}' "http://127.0.0.1:$port/v1/models/iris:predict"
    podman stop -t 5 "roost-walk-$$" >/dev/null 2>&1
    podman rmi -f roost-walk/model-server:test >/dev/null 2>&1
fi
