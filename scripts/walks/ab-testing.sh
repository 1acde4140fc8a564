# Walk 0: two versions behind one address, in Standard and in Knative mode, command for command.
start_roost || return 0
KUBECTL=${KUBECTL:-kubectl}
ask() { python3 scripts/walks/ab-testing/test-request.py "$@"; }

# manifest MODE PERCENT: the walk's manifest with that share for v1.
manifest() {
    sed -e "s|\${MODELS}/iris-v1|$MODELS/iris|; s|\${MODELS}|$MODELS|" <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: ab-test-model
  annotations: {serving.kserve.io/deploymentMode: $1$3}
spec:
  predictor:
    componentSpecs:
    - name: v1
      sklearn: {storageUri: "file://\${MODELS}/iris-v1"}
    - name: v2
      sklearn: {storageUri: "file://\${MODELS}/iris-v2"}
    traffic:
    - tag: v1
      percent: $2
    - tag: v2
      percent: $((100 - $2))
      headers: [{name: x-group, value: beta}]
YAML
}
file=$SCRATCH/ab-testing-inferenceservice.yaml

for mode in Standard Serverless; do
    say " $mode mode"
    manifest $mode 70 "" >"$file"
    expect "apply" 'inferenceservice.serving.kserve.io/ab-test-model created' "$KUBECTL" apply -f "$file"
    expect "wait until it is Ready" 'condition met' "$KUBECTL" wait --for=condition=Ready inferenceservice/ab-test-model --timeout=300s
    INGRESS_HOST=$("$KUBECTL" -n istio-system get service istio-ingressgateway -o jsonpath='{.status.loadBalancer.ingress[0].ip}')
    SERVICE_HOSTNAME=$("$KUBECTL" get inferenceservice ab-test-model -o jsonpath='{.status.url}' | cut -d'/' -f3)
    expect "the ingress has an address" '^[0-9.]+$' echo "$INGRESS_HOST"
    expect "the service has a host name" '^ab-test-model\.default\.example\.com$' echo "$SERVICE_HOSTNAME"

    # Of 1,000 requests one run in twenty is further than 3 points from 70 % by chance; of 4,000 one in 25,000.
    ask "$GATEWAY" "$SERVICE_HOSTNAME" ab-test-model 4000 >"$SCRATCH/answers"
    total=$(tail -1 "$SCRATCH/answers")
    expect "4,000 requests, 67 to 73 % of them by v1, none fails" '^total v1=(26[89][0-9]|2[78][0-9][0-9]|29[01][0-9]|2920) v2=[0-9]+ failed=0$' echo "$total"
    expect "version 2 of the protocol tells it as model_version" '"model_version":"v[12]"' curl -sS -m 10 -H "Host: $SERVICE_HOSTNAME" \
        -d '{"inputs": [{"name": "x", "shape": [1, 4], "datatype": "FP64", "data": [5.1, 3.5, 1.4, 0.2]}]}' "http://$GATEWAY/v2/models/ab-test-model/infer"
    expect "a version has an address of its own" '^total v2=20 failed=0$' tail -1 <(ask "$GATEWAY" "v2-$SERVICE_HOSTNAME" ab-test-model 20)
    expect "a header asks for a version" '^total v2=20 failed=0$' tail -1 <(ask "$GATEWAY" "$SERVICE_HOSTNAME" ab-test-model 20 x-group=beta)

    ask "$GATEWAY" "$SERVICE_HOSTNAME" ab-test-model 4000 >"$SCRATCH/during" &
    asking=$!
    manifest $mode 10 "" >"$file"
    expect "apply other percents under load" 'configured' "$KUBECTL" apply -f "$file"
    sleep 1
    expect "one second later the new split holds" '^total v1=([4-9][0-9]|1[0-6][0-9]) v2=[0-9]+ failed=0$' \
        tail -1 <(ask "$GATEWAY" "$SERVICE_HOSTNAME" ab-test-model 1000)
    wait $asking
    expect "no request failed during the change" ' failed=0$' tail -1 "$SCRATCH/during"

    manifest $mode 50 ", roost.dev/sticky-header: x-user" >"$file"
    expect "apply: users stay with their version" 'configured' "$KUBECTL" apply -f "$file"
    sleep 1
    ask "$GATEWAY" "$SERVICE_HOSTNAME" ab-test-model 500 x-user=user-%d >"$SCRATCH/sticky"
    expect "50 users, each with one version of the two" '^50 2$' awk \
        '$2 ~ /^user-/ { pair[$2 " " $3]; version[$3] } END { print length(pair), length(version) }' "$SCRATCH/sticky"

    for fault in 's/percent: 50/percent: 40/;spec.predictor.traffic: percentages must add up to 100' \
        's/tag: v2/tag: v9/;"v9" names no component' 's/- name: v2/- name: v1/;componentSpecs\[1\].name: duplicate value'; do
        sed "${fault%%;*}" "$file" >"$SCRATCH/bad.yaml"
        refuse "refused at apply: ${fault#*;}" "${fault#*;}" "$KUBECTL" apply -f "$SCRATCH/bad.yaml"
    done
    expect "delete" 'deleted' "$KUBECTL" delete inferenceservice ab-test-model
    within 30 eval "! $KUBECTL get pods -o name | grep -q ."
done

# The same by canaryTrafficPercent, in both modes: a second model gets a share, everything, and nothing again.
canary() {
    cat <<YAML
apiVersion: serving.kserve.io/v1beta1
kind: InferenceService
metadata:
  name: canary-model
  annotations: {serving.kserve.io/deploymentMode: $1}
spec:
  predictor:
    $3
    sklearn: {storageUri: "file://$MODELS/$2"}
YAML
}
rolled_out() { "$KUBECTL" get inferenceservice canary-model -o jsonpath='{.status.components.predictor.latestRolledoutRevision}'; }
shares() { "$KUBECTL" get inferenceservice canary-model --no-headers | awk '{ print $4, $5 }'; }
for mode in Standard Serverless; do
    say " canaryTrafficPercent, $mode mode"
    canary $mode iris "" | "$KUBECTL" apply -f - >"$SCRATCH/apply.out"
    expect "the first model is Ready" 'condition met' "$KUBECTL" wait --for=condition=Ready inferenceservice/canary-model --timeout=60s
    canary $mode iris-v2 "canaryTrafficPercent: 20" | "$KUBECTL" apply -f - >"$SCRATCH/apply.out"
    within 30 eval '[ "$(shares)" = "80 20" ]'
    expect "the second model gets 20 %, the first keeps 80" '^80 20$' shares
    expect "the first is the one that is rolled out" '00001$' rolled_out
    canary $mode iris-v2 "" | "$KUBECTL" apply -f - >"$SCRATCH/apply.out"
    within 30 eval 'rolled_out | grep -q 00002'
    expect "without the field the second has everything" '00002$' rolled_out
    canary $mode iris-v2 "canaryTrafficPercent: 0" | "$KUBECTL" apply -f - >"$SCRATCH/apply.out"
    within 30 eval 'rolled_out | grep -q 00001'
    expect "asked for nothing, it gives everything back to the first" '00001$' rolled_out
    "$KUBECTL" delete inferenceservice canary-model >"$SCRATCH/delete.out"
done
stop_roost
