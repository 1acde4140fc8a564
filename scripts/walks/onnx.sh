# ONNX models, run by onnxruntime's wheel, answer as Python's onnxruntime does, by V1, V2 and gRPC and through an
# InferenceService; without the library the error says how to get it.
if ! python=$(scripts/peers/environment.sh onnx 2>"$SCRATCH/environment.err"); then
    skip "ONNX models: $(tail -1 "$SCRATCH/environment.err")"
    exit
fi
fixtures=$PWD/Tests/ONNXTests/Fixtures
mkdir -p "$SCRATCH/models"
for model in "$fixtures"/models/*.onnx; do
    name=$(basename "$model" .onnx)
    mkdir "$SCRATCH/models/$name"
    cp "$model" "$SCRATCH/models/$name/model.onnx"
done
cp "$fixtures/models/external.bin" "$SCRATCH/models/external/"

# Where there is no library, the server says what is missing.
refuse "without onnxruntime an error says how to get it" 'make onnx.*pip install onnxruntime' \
    env -i HOME=/nowhere PATH=/nowhere ROOST_ONNXRUNTIME=/nowhere "$ROOST" model-server --model_name=m --model_dir="$SCRATCH/models/scalar" --http_port=0 --enable_grpc=false

# The server finds the wheel by the environment that is switched on.
port=$(python3 -c 'import socket; held = socket.create_server(("127.0.0.1", 0)); print(held.getsockname()[1])')
PATH="$(dirname "$python"):$PATH" "$ROOST" model-server --model_dir="$SCRATCH/models" --address=127.0.0.1 --http_port="$port" \
    --grpc_port=0 >"$SCRATCH/server.out" 2>&1 &
server=$!
PROGRAMS+=("$server")
if ! within 20 curl -sf "http://127.0.0.1:$port/v2/health/ready"; then
    fail "the server starts" "$(tail -5 "$SCRATCH/server.out")"
    exit
fi
for name in external-up external-root external-gone; do
    expect "weights elsewhere: $name is not served" '"(state)":"UNAVAILABLE"' bash -c \
        "curl -sS -X POST http://127.0.0.1:$port/v2/repository/index | tr '{' '\n' | grep '\"$name\"'"
done
while IFS=$'\t' read -r verdict name why; do
    case $verdict in
        ok) pass "$name" ;;
        FAIL) fail "$name" "$why" ;;
    esac
done < <("$python" scripts/walks/onnx/ask.py "$port" "$fixtures" 2>"$SCRATCH/ask.err" || printf 'FAIL\tthe clients\t%s\n' "$(tail -1 "$SCRATCH/ask.err")")
kill -TERM "$server" && wait "$server" 2>/dev/null

# An InferenceService of that format is served by a runtime of Roost's own.
PATH="$(dirname "$python"):$PATH"
if start_roost; then
    cat >"$SCRATCH/isvc.yaml" <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: flowers}
spec:
  predictor:
    model:
      modelFormat: {name: onnx}
      storageUri: "file://$SCRATCH/models/iris-names"
YAML
    expect "an InferenceService of format onnx" 'created' kubectl apply -f "$SCRATCH/isvc.yaml"
    expect "is Ready" 'condition met' kubectl wait --for=condition=Ready isvc/flowers --timeout=30s
    expect "and answers" '"predictions":\["setosa"\]' curl -sS -m 5 -H 'Host: flowers.default.example.com' -H 'Content-Type: application/json' \
        -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}' "http://$GATEWAY/v1/models/flowers:predict"
    stop_roost
fi
