# What clients speak to the gateway: HTTP/1.1, h2c, gRPC (grpcio and tritonclient, unmodified) and HTTPS, all to one InferenceService.
python=$(python3 -c 'import sys; sys.path.append("scripts/peers"); import servers; print(servers.python("kserve"))' 2>/dev/null) || python=
free_port() { python3 -c 'import socket; s = socket.socket(); s.bind(("127.0.0.1", 0)); print(s.getsockname()[1])'; }
secure=$(free_port)
start_roost --gateway-https-port "$secure" || return

kubectl apply -f - >/dev/null <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata: {name: iris}
spec: {predictor: {model: {modelFormat: {name: sklearn}, storageUri: "file://$MODELS/iris"}}}
YAML
kubectl wait --for=condition=Ready isvc/iris --timeout=60s >/dev/null || fail "iris is Ready" "$(kubectl get isvc iris -o yaml)"
host=iris.default.example.com
body='{"instances": [[6.8, 2.8, 4.8, 1.4], [6.0, 3.4, 4.5, 1.6]]}'
path=/v1/models/iris:predict

for flags in --http1.1 --http2-prior-knowledge; do
    expect "curl $flags predicts" '"predictions": ?\[1, ?1\]' curl -sS $flags -H "Host: $host" -d "$body" "http://$GATEWAY$path"
done
expect "curl --http2-prior-knowledge is answered in HTTP/2" '^2 404$' \
    curl -sS --http2-prior-knowledge -o "$SCRATCH/none" -w '%{http_version} %{http_code}' "http://$GATEWAY/"
told() {
    while IFS=$'\t' read -r verdict name why; do
        case $verdict in
            ok) pass "$name" ;;
            FAIL) fail "$name" "$why" ;;
        esac
    done
}
told < <(python3 scripts/walks/large-bodies.py "$GATEWAY" "$UP" 2>"$SCRATCH/large.err" || printf 'FAIL\tthe large bodies end well\t%s\n' "$(tail -3 "$SCRATCH/large.err" | tr '\n' ' ')")
head -c 30000000 /dev/zero >"$SCRATCH/large"
expect "30 MB by h2c reach the model server" "^2 400 30000000$" \
    curl -sS --http2-prior-knowledge -H "Host: $host" -T "$SCRATCH/large" -X POST -o "$SCRATCH/none" \
    -w '%{http_version} %{http_code} %{size_upload}' "http://$GATEWAY$path"

if [ -z "$python" ]; then skip "gRPC: no environment with grpcio"; else
    told < <("$python" scripts/walks/gateway-protocols.py "$GATEWAY" "$host" 2>"$SCRATCH/grpc.err" || printf 'FAIL\tthe clients end well\t%s\n' "$(tail -3 "$SCRATCH/grpc.err" | tr '\n' ' ')")
fi

openssl req -x509 -newkey rsa:2048 -nodes -keyout "$SCRATCH/tls.key" -out "$SCRATCH/tls.crt" -days 2 -subj "/CN=$host" \
    -addext "subjectAltName=DNS:$host" 2>/dev/null
kubectl create secret tls iris-tls -n kserve --cert="$SCRATCH/tls.crt" --key="$SCRATCH/tls.key" >/dev/null
kubectl patch gateway kserve-ingress-gateway -n kserve --type json -p '[{"op": "add", "path": "/spec/listeners/-", "value":
    {"name": "https", "protocol": "HTTPS", "port": 443, "allowedRoutes": {"namespaces": {"from": "All"}},
     "tls": {"certificateRefs": [{"name": "iris-tls"}]}}}]' >/dev/null
https() { curl -sS "$1" --cacert "$SCRATCH/tls.crt" --resolve "$host:$secure:127.0.0.1" -d "$body" -w ' %{http_version}' "https://$host:$secure$path"; }
within 10 https --http1.1
expect "HTTPS predicts" '\[1, ?1\].* 1\.1$' https --http1.1
expect "HTTPS predicts in HTTP/2, as agreed by ALPN" '\[1, ?1\].* 2$' https --http2
expect "the listener says what it is worth" '^True True True [1-9]' kubectl get gateway kserve-ingress-gateway -n kserve \
    -o 'jsonpath={.status.listeners[1].conditions[?(@.type=="Accepted")].status} {.status.listeners[1].conditions[?(@.type=="ResolvedRefs")].status} {.status.listeners[1].conditions[?(@.type=="Programmed")].status} {.status.listeners[1].attachedRoutes}'

kubectl apply -f - >/dev/null <<YAML
apiVersion: gateway.networking.k8s.io/v1
kind: GRPCRoute
metadata: {name: by-service}
spec:
  parentRefs: [{name: kserve-ingress-gateway, namespace: kserve}]
  hostnames: [grpc.example.com]
  rules:
  - matches: [{method: {service: inference.GRPCInferenceService}}]
    backendRefs: [{name: iris-predictor, port: 80}]
YAML
expect "a GRPCRoute is accepted" '^True True$' kubectl get grpcroute by-service --output \
    'jsonpath={.status.parents[0].conditions[0].status} {.status.parents[0].conditions[1].status}'
stop_roost
