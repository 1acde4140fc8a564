# Replicas follow metrics that a Prometheus tells: HorizontalPodAutoscalers with Pods, Object and External metrics, and ScaledObjects.
KUBECTL=${KUBECTL:-kubectl}
: >"$SCRATCH/values"
python3 scripts/walks/autoscaling/prometheus.py "$SCRATCH/values" >"$SCRATCH/port" &
PROGRAMS+=("$!")
within 10 grep -q . "$SCRATCH/port"
PROMETHEUS=http://127.0.0.1:$(cat "$SCRATCH/port")
start_roost --prometheus-url "$PROMETHEUS" || return 0
cat >"$SCRATCH/web.yaml" <<YAML
apiVersion: apps/v1
kind: Deployment
metadata: {name: web}
spec:
  selector: {matchLabels: {app: web}}
  template:
    metadata: {labels: {app: web}}
    spec:
      containers: [{name: web, image: roost.dev/host, command: [sleep, "1000000"]}]
---
apiVersion: v1
kind: Service
metadata: {name: front}
spec: {selector: {app: web}, ports: [{port: 80}]}
---
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata:
  name: web
  annotations: {roost.dev/query.waiting_jobs: 'sum(rate(jobs_total[1m]))'}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 9
  behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
  metrics:
  - type: External
    external: {metric: {name: depth, selector: {matchLabels: {queue: orders}}}, target: {type: AverageValue, averageValue: "10"}}
  - type: External
    external: {metric: {name: waiting_jobs}, target: {type: AverageValue, averageValue: "2"}}
  - type: Object
    object: {metric: {name: hits}, describedObject: {apiVersion: v1, kind: Service, name: front}, target: {type: AverageValue, averageValue: "100"}}
YAML
told() { cat >"$SCRATCH/values.new" && mv "$SCRATCH/values.new" "$SCRATCH/values"; }
replicas() { "$KUBECTL" get deployment "$1" -o jsonpath='{.spec.replicas}'; }
told <<'VALUES'
25 sum\(depth\{queue="orders"\}\)
3 sum\(rate\(jobs_total\[1m\]\)\)
150 sum\(hits\{namespace="default",service="front"\}\)
VALUES
expect "apply: several metrics at once" 'horizontalpodautoscaler.autoscaling/web created' "$KUBECTL" apply -f "$SCRATCH/web.yaml"
expect "get --raw reads an external metric" '"value":"25"' "$KUBECTL" get --raw '/apis/external.metrics.k8s.io/v1beta1/namespaces/default/depth?labelSelector=queue%3Dorders'
expect "a query of one's own, by an annotation" '"value":"3"' "$KUBECTL" get --raw /apis/external.metrics.k8s.io/v1beta1/namespaces/default/waiting_jobs
expect "get --raw reads an object's metric" '"kind":"Service".*"value":"150"' "$KUBECTL" get --raw /apis/custom.metrics.k8s.io/v1beta2/namespaces/default/services/front/hits
expect "api-versions lists the groups" 'external.metrics.k8s.io/v1beta1' "$KUBECTL" api-versions
within 40 eval '[ "$(replicas web)" = 3 ]'
expect "the metric that asks for most decides" '^3$' replicas web
expect "get hpa prints all of them" '/10 \(avg\),.*/2 \(avg\)' "$KUBECTL" get hpa web --no-headers
told <<'VALUES'
25 sum\(depth\{queue="orders"\}\)
12 sum\(rate\(jobs_total\[1m\]\)\)
VALUES
within 40 eval '[ "$(replicas web)" = 6 ]'
expect "more jobs, more replicas, though one metric is away" '^6$' replicas web
expect "events tell what is away" 'FailedGetObjectMetric.*the server could not find the metric hits for services front' "$KUBECTL" describe hpa web
"$KUBECTL" delete hpa web >/dev/null

# By pods: each pod's own series.
cat >"$SCRATCH/pods.yaml" <<YAML
apiVersion: autoscaling/v2
kind: HorizontalPodAutoscaler
metadata: {name: pods}
spec:
  scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
  maxReplicas: 9
  behavior: {scaleDown: {stabilizationWindowSeconds: 0}}
  metrics:
  - type: Pods
    pods: {metric: {name: load}, target: {type: AverageValue, averageValue: "10"}}
YAML
"$KUBECTL" get pods -l app=web -o name | sed 's|pod/|| ; s|$|=15|' | paste -sd, | sed 's|$| sum by \\(pod\\) \\(load\\{namespace="default",pod=~".*"\\}\\)|' | told
expect "apply: a metric of pods" 'created' "$KUBECTL" apply -f "$SCRATCH/pods.yaml"
expect "get --raw reads it pod by pod" '"kind":"Pod".*"kind":"Pod"' "$KUBECTL" get --raw '/apis/custom.metrics.k8s.io/v1beta1/namespaces/default/pods/*/load?labelSelector=app%3Dweb'
within 40 eval '[ "$(replicas web)" = 9 ]'
expect "half as much again in every pod, half as many pods again" '^9$' replicas web
"$KUBECTL" delete hpa pods >/dev/null
"$KUBECTL" scale deployment web --replicas=1 >/dev/null

# A ScaledObject: to nothing and back.
cat >"$SCRATCH/scaled.yaml" <<YAML
apiVersion: keda.sh/v1alpha1
kind: ScaledObject
metadata: {name: web}
spec:
  scaleTargetRef: {name: web}
  pollingInterval: 1
  cooldownPeriod: 2
  minReplicaCount: 0
  maxReplicaCount: 5
  triggers:
  - type: prometheus
    metadata: {serverAddress: "$PROMETHEUS", query: "sum(jobs)", threshold: "10", activationThreshold: "4"}
YAML
told <<<'4 sum\(jobs\)'
expect "apply: a ScaledObject" 'scaledobject.keda.sh/web created' "$KUBECTL" apply -f "$SCRATCH/scaled.yaml"
within 30 eval '[ "$(replicas web)" = 0 ]'
expect "at its activation threshold nothing runs" '^0$' replicas web
expect "get prints how it is" '^web +apps/v1.Deployment +web +0 +5 +True +False' "$KUBECTL" get scaledobject web --no-headers
told <<<'32 sum\(jobs\)'
within 40 eval '[ "$(replicas web)" = 4 ]'
expect "32 jobs at ten a replica are four" '^4$' replicas web
expect "by a HorizontalPodAutoscaler of its own" 'Deployment/web +.*10 \(avg\) +1 +5' "$KUBECTL" get hpa keda-hpa-web --no-headers
expect "it is Active" '^web .*True +True +False' "$KUBECTL" get scaledobject web --no-headers
told <<<'0 sum\(jobs\)'
within 30 eval '[ "$(replicas web)" = 0 ]'
expect "no jobs, no replicas" '^0$' replicas web
expect "events tell the way" 'KEDAScaleTargetActivated.*KEDAScaleTargetDeactivated|KEDAScaleTargetDeactivated.*KEDAScaleTargetActivated' eval \
    '"$KUBECTL" describe scaledobject web | tr "\n" " "'
stop_roost
