# The Job of walk 4: an image that carries the model, copied into the volume by a container.
# Engines differ from machine to machine; this one's limits may not be raised, and runc is what Debian brings.
printf '[containers]\ndefault_ulimits = []\n[engine]\nruntime = "runc"\n' >"$SCRATCH/containers.conf"
export CONTAINERS_CONF=$SCRATCH/containers.conf
engine=
for candidate in podman docker; do
    if command -v $candidate >/dev/null && $candidate info >/dev/null 2>&1; then engine=$candidate; break; fi
done
if [ -z "$engine" ]; then
    start_roost || exit
    cat >"$SCRATCH/job.yaml" <<YAML
apiVersion: batch/v1
kind: Job
metadata: {name: needs-engine}
spec:
  template:
    spec:
      restartPolicy: Never
      containers: [{name: c, image: devopscube/predictor-model:1.0}]
YAML
    kubectl apply -f "$SCRATCH/job.yaml" >/dev/null
    if within 20 bash -c "kubectl get events | grep -qi 'container engine'"; then pass "without an engine an event says what is missing"; else
        fail "without an engine an event says what is missing" "$(kubectl get events 2>&1)"
    fi
    skip "the Job of walk 4: neither podman nor docker answers on this machine"
    stop_roost
    return 0 2>/dev/null || exit 0
fi
mkdir -p "$SCRATCH/image/model" "$SCRATCH/image/root/bin" "$SCRATCH/volume"
cp "$MODELS/words/model.pkl" "$SCRATCH/image/model/"
# No registry can be asked here: the base is a busybox of this machine, where the seed has alpine.
busybox=$(command -v busybox) || { skip "the Job of walk 4: busybox is missing, of which the image is made"; return 0 2>/dev/null || exit 0; }
cp "$busybox" "$SCRATCH/image/root/bin/busybox"
for tool in sh cp ls echo; do ln -sf busybox "$SCRATCH/image/root/bin/$tool"; done
printf 'FROM scratch\nCOPY root/ /\nWORKDIR /app\nCOPY model/ ./model/\n' >"$SCRATCH/image/Dockerfile"
if ! built=$($engine build -q -t devopscube/predictor-model:1.0 "$SCRATCH/image" 2>&1); then
    skip "the Job of walk 4: $engine cannot build here: $(tail -1 <<<"$built")"
    return 0 2>/dev/null || exit 0
fi
start_roost || exit
cat >"$SCRATCH/job.yaml" <<YAML
apiVersion: v1
kind: PersistentVolume
metadata: {name: predictor-model-pv, labels: {type: local}}
spec:
  storageClassName: manual
  capacity: {storage: 5Gi}
  accessModes: [ReadWriteOnce]
  hostPath: {path: "$SCRATCH/volume"}
---
apiVersion: v1
kind: PersistentVolumeClaim
metadata: {name: predictor-model-pvc}
spec:
  storageClassName: manual
  accessModes: [ReadWriteOnce]
  resources: {requests: {storage: 5Gi}}
---
apiVersion: batch/v1
kind: Job
metadata:
  name: predictor-model-copy-job
spec:
  ttlSecondsAfterFinished: 10
  backoffLimit: 1
  template:
    spec:
      restartPolicy: OnFailure
      containers:
      - name: model-writer
        image: devopscube/predictor-model:1.0
        command: [ "/bin/sh", "-c" ]
        args:
        - |
          echo ">>> Copying model to PVC..."
          cp -r /app/model/* /mnt/models/
          echo ">>> Verifying contents in PVC..."
          ls -lh /mnt/models
          echo ">>> Verification complete. Job finished."
        volumeMounts:
        - name: model-storage
          mountPath: /mnt/models
      volumes:
      - name: model-storage
        persistentVolumeClaim:
          claimName: predictor-model-pvc
YAML
expect "apply the Job" 'job.batch/predictor-model-copy-job created' kubectl apply -f "$SCRATCH/job.yaml"
expect "the Job completes" 'condition met' kubectl wait --for=condition=Complete job/predictor-model-copy-job --timeout=60s
expect "its log shows the model" 'model.pkl' kubectl logs job/predictor-model-copy-job
if [ -s "$SCRATCH/volume/model.pkl" ]; then pass "the model is in the volume"; else fail "the model is in the volume" "$(ls -l "$SCRATCH/volume")"; fi
if within 25 bash -c "! kubectl get job predictor-model-copy-job 2>/dev/null"; then pass "the Job disappears 10 s after it has finished"; else fail "the Job disappears 10 s after it has finished" "$(kubectl get jobs 2>&1)"; fi
stop_roost
