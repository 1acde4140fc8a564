# Walk 4 in Standard mode, command for command; $KUBECTL says which kubectl, $GATEWAY where the gateway listens.
mkdir -p "$SCRATCH/volume"
cp "$MODELS/words/model.pkl" "$SCRATCH/volume/model.pkl"

cat >"$SCRATCH/volume.yaml" <<YAML
apiVersion: v1
kind: PersistentVolume
metadata:
  name: predictor-model-pv
  labels:
    type: local
spec:
  storageClassName: manual
  capacity:
    storage: 5Gi
  accessModes:
    - ReadWriteOnce
  hostPath:
    path: "$SCRATCH/volume"
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata:
  name: predictor-model-pvc
spec:
  storageClassName: manual
  accessModes:
    - ReadWriteOnce
  resources:
    requests:
      storage: 5Gi
YAML
cat >"$SCRATCH/inference.yaml" <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: model
spec:
  predictor:
    sklearn:
      storageUri: pvc://predictor-model-pvc
      resources:
        requests:
          cpu: 500m
          memory: 1Gi
YAML
question='{"instances": ["sparrow", "elephant", "sunflower"]}'
answer='\{"predictions":\[1,0,2\]\}'

expect "apply the volume and its claim" 'persistentvolumeclaim/predictor-model-pvc created' "$KUBECTL" apply -f "$SCRATCH/volume.yaml"
expect "apply the InferenceService" 'inferenceservice.serving.kserve.io/model created' "$KUBECTL" apply -f "$SCRATCH/inference.yaml"
expect "wait until it is Ready" 'condition met' "$KUBECTL" wait --for=condition=Ready inferenceservice/model --timeout=60s
expect "get po,svc,hpa,inferenceservice lists them all" \
    'inferenceservice.serving.kserve.io/model +http://model.default.example.com +True' \
    "$KUBECTL" get po,svc,hpa,inferenceservice
expect "the Service is a ClusterIP on port 80" '^model-predictor +ClusterIP +127\.[0-9.]+ +<none> +80/TCP' "$KUBECTL" get svc -o wide --no-headers model-predictor
expect "the HPA points at the Deployment" 'Deployment/model-predictor' "$KUBECTL" get hpa model-predictor
expect "the answer through the gateway by host name" "$answer" \
    curl -sS -m 10 -H 'Host: model.default.example.com' -H 'Content-Type: application/json' -d "$question" "http://$GATEWAY/v1/models/model:predict"
ip=$("$KUBECTL" get service model-predictor -o jsonpath='{.spec.clusterIP}')
expect "the answer through the ClusterIP" "$answer" \
    curl -sS -m 10 -H 'Content-Type: application/json' -d "$question" "http://$ip/v1/models/model:predict"
expect "the answer by the cluster's own name" "$answer" \
    curl -sS -m 10 -H 'Host: model-predictor.default.svc.cluster.local' -d "$question" "http://$GATEWAY/v1/models/model:predict"

"$KUBECTL" port-forward service/model-predictor 8000:80 >"$SCRATCH/forward.out" 2>&1 &
forward=$!
PROGRAMS+=("$forward")
within 10 grep -q 'Forwarding from 127.0.0.1:8000' "$SCRATCH/forward.out"
expect "the answer through port-forward" "$answer" \
    curl -sS -m 10 -X POST -H 'Content-Type: application/json' -d "$question" http://localhost:8000/v1/models/model:predict
kill "$forward" 2>/dev/null
wait "$forward" 2>/dev/null
"$KUBECTL" port-forward --address 0.0.0.0 service/model-predictor 8000:80 >"$SCRATCH/forward.out" 2>&1 &
forward=$!
PROGRAMS+=("$forward")
within 10 grep -q 'Forwarding from 0.0.0.0:8000' "$SCRATCH/forward.out"
expect "and with --address 0.0.0.0" "$answer" curl -sS -m 10 -d "$question" http://127.0.0.1:8000/v1/models/model:predict
kill "$forward" 2>/dev/null
wait "$forward" 2>/dev/null

expect "logs of the replica" 'model' "$KUBECTL" logs -l serving.kserve.io/inferenceservice=model
expect "describe tells what happened" 'InferenceServiceReady' "$KUBECTL" describe inferenceservice model
expect "delete the InferenceService" 'inferenceservice.serving.kserve.io "model" deleted' "$KUBECTL" delete -f "$SCRATCH/inference.yaml"
if within 30 bash -c "! $KUBECTL get po,svc,hpa,httproute,deploy,rs 2>/dev/null | grep -q model-predictor"; then
    pass "pod, Service, HPA and route go with it"
else
    fail "pod, Service, HPA and route go with it" "$("$KUBECTL" get po,svc,hpa,httproute,deploy,rs 2>&1)"
fi
expect "delete the volume and its claim" 'persistentvolume "predictor-model-pv" deleted' "$KUBECTL" delete -f "$SCRATCH/volume.yaml"
