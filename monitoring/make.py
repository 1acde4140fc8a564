#!/usr/bin/env python3
"""Writes what is made of other files here: the dashboards, and the alerts as a PrometheusRule.

    monitoring/make.py          writes dashboards/*.json and operator/prometheusrule.yaml
    monitoring/make.py --check  says which of them is not what it should be
"""
import json
import pathlib
import sys

FOLDER = pathlib.Path(__file__).parent
SOURCE = {"type": "prometheus", "uid": "${datasource}"}
SERVICE = 'namespace="$namespace", service_name="$service"'
POD = 'namespace="$namespace", inferenceservice="$service"'
ROUTE = 'route=~"$namespace/$service(-(predictor|transformer|explainer|tag-.+))?"'


def rate(series, by=""):
    """What a counter grows by in a second, summed."""
    return f"sum{f' by ({by})' if by else ''} (rate({series}[$__rate_interval]))"


def quantile(share, series, by=""):
    """A quantile over all the replicas' buckets together: quantiles themselves cannot be averaged."""
    return f"histogram_quantile({share}, sum by ({f'{by}, ' if by else ''}le) (rate({series}[$__rate_interval])))"


def ratio(failed, all_, by=""):
    """A share of requests: 0 while none fails, nothing while there are none."""
    return f"({rate(failed, by)} or 0 * {rate(all_, by)}) / ({rate(all_, by)} > 0)"


def panel(kind, title, unit, *targets, width=8, height=8, help="", **options):
    """Targets are (expression, legend)."""
    custom = {"fillOpacity": 10, "showPoints": "never", "lineWidth": 1}
    if options.get("stacked"):
        custom |= {"stacking": {"mode": "normal"}, "fillOpacity": 40}
    defaults = {"unit": unit}
    if kind == "timeseries":
        defaults["custom"] = custom
    for name in ("min", "max", "decimals", "noValue"):
        if name in options:
            defaults[name] = options[name]
    steps = options.get("steps")
    if steps:
        defaults["thresholds"] = {
            "mode": "absolute",
            "steps": [{"color": color, "value": value} for color, value in steps],
        }
    look = {}
    if kind == "timeseries":
        look = {"legend": {"displayMode": "list", "placement": "bottom"}, "tooltip": {"mode": "multi", "sort": "desc"}}
    if kind == "stat":
        look = {"colorMode": "background" if steps else "none", "graphMode": "none", "reduceOptions": {"calcs": ["lastNotNull"]}}
    return {
        "type": kind,
        "title": title,
        "description": help,
        "datasource": SOURCE,
        "fieldConfig": {"defaults": defaults, "overrides": []},
        "options": look,
        "size": (width, height),
        "targets": [
            {
                "refId": chr(ord("A") + index),
                "datasource": SOURCE,
                "expr": expression,
                "legendFormat": legend,
                "exemplar": options.get("exemplars", False),
                "instant": kind in ("stat", "table"),
                **({"format": "table"} if kind == "table" else {}),
            }
            for index, (expression, legend) in enumerate(targets)
        ],
    }


def table(title, expression, hidden, **options):
    """A table of series: their labels but the hidden ones are its columns."""
    made = panel("table", title, "short", (expression, ""), **options)
    made["transformations"] = [
        {"id": "organize", "options": {"excludeByName": {name: True for name in ["Time", "Value", *hidden]}}}
    ]
    return made


SCRAPED = ["__name__", "instance", "job", "pod", "service"]
GOOD_IS_NONE = [("green", None), ("red", 1)]
ERRORS = [("green", None), ("orange", 0.01), ("red", 0.05)]

SERVER_ERRORS = 'roost_gateway_requests_total{code="5xx"}'
FLEET = [
    panel("stat", "Services not ready", "short", ("count(kserve_inferenceservice_ready == 0) or vector(0)", ""), width=4, height=4, steps=GOOD_IS_NONE),
    panel("stat", "Services", "short", ("count(kserve_inferenceservice_ready) or vector(0)", ""), width=4, height=4),
    panel("stat", "Alerts firing", "short", ('count(ALERTS{alertname=~"KServe.*", alertstate="firing"}) or vector(0)', ""), width=4, height=4, steps=GOOD_IS_NONE),
    panel("stat", "Requests", "reqps", (rate("roost_gateway_requests_total"), ""), width=4, height=4),
    panel("stat", "Failed (5xx)", "percentunit", (ratio(SERVER_ERRORS, "roost_gateway_requests_total"), ""), width=4, height=4, steps=ERRORS, noValue="no requests"),
    panel("stat", "Targets down", "short", ('count(up{job="kserve-metrics"} == 0) or vector(0)', ""), width=4, height=4, steps=GOOD_IS_NONE),
    table("Not ready, and why", 'kserve_inferenceservice_status_condition{status!="true", condition!="Stopped"} == 1', SCRAPED, width=12, height=7),
    table("Replicas missing", "kserve_inferenceservice_replicas_ready < kserve_inferenceservice_replicas_desired", SCRAPED, width=12, height=7, help="Ready fewer than asked for."),
    panel("timeseries", "Failed (5xx), the ten worst", "percentunit", (f"topk(10, {ratio(SERVER_ERRORS, 'roost_gateway_requests_total', 'route')})", "{{route}}"), min=0, help="As clients see it: with requests that no replica took."),
    panel("timeseries", "Slowest 1 %, the ten worst", "s", (f"topk(10, {quantile(0.99, 'roost_gateway_request_duration_seconds_bucket', 'route')})", "{{route}}"), min=0, exemplars=True),
    panel("timeseries", "Requests, the ten busiest", "reqps", (f"topk(10, {rate('roost_gateway_requests_total', 'route')})", "{{route}}"), min=0),
    panel("timeseries", "Ready replicas", "short", ("sum by (namespace, inferenceservice) (kserve_inferenceservice_replicas_ready)", "{{namespace}}/{{inferenceservice}}"), width=8, min=0, decimals=0, stacked=True),
    panel("timeseries", "Memory of replicas", "bytes", ('sum by (namespace, inferenceservice) (process_resident_memory_bytes{inferenceservice!=""})', "{{namespace}}/{{inferenceservice}}"), min=0, stacked=True),
    panel("timeseries", "Processors of replicas", "short", (rate('process_cpu_seconds_total{inferenceservice!=""}', "namespace, inferenceservice"), "{{namespace}}/{{inferenceservice}}"), min=0, stacked=True, help="Cores in use."),
]

LATENCY = "kserve_request_duration_milliseconds_bucket{%s}" % SERVICE
COUNT = "kserve_request_count{%s}" % SERVICE
FAILED = 'kserve_request_count{%s, response_code=~"5.."}' % SERVICE
ONE = [
    panel("stat", "Ready", "short", ("kserve_inferenceservice_ready{%s}" % POD, ""), width=4, height=4, steps=[("red", None), ("green", 1)]),
    panel("stat", "Replicas ready", "short", ("sum(kserve_inferenceservice_replicas_ready{%s})" % POD, ""), width=4, height=4),
    panel("stat", "Replicas asked for", "short", ("sum(kserve_inferenceservice_replicas_desired{%s})" % POD, ""), width=4, height=4),
    panel("stat", "Requests", "reqps", (rate("kserve_request_count{%s, component=\"predictor\"}" % SERVICE), ""), width=4, height=4),
    panel("stat", "Failed (5xx)", "percentunit", (ratio(FAILED, COUNT), ""), width=4, height=4, steps=ERRORS, noValue="no requests"),
    panel("stat", "Slowest 1 %", "ms", (quantile(0.99, LATENCY), ""), width=4, height=4),
    panel("timeseries", "Requests by answer", "reqps", (rate(COUNT, "component, response_code"), "{{component}} {{response_code}}"), min=0, stacked=True),
    panel("timeseries", "Time in the model server", "ms", *[(quantile(share, LATENCY), f"p{share * 100:g}") for share in (0.5, 0.9, 0.99)], min=0, exemplars=True, help="From the body's last byte to the answer."),
    panel("timeseries", "Time at the gateway", "s", *[(quantile(share, "roost_gateway_request_duration_seconds_bucket{%s}" % ROUTE), f"p{share * 100:g}") for share in (0.5, 0.9, 0.99)], min=0, exemplars=True, help="What clients wait: with queueing and cold starts. Far above the model server's time, there are too few replicas."),
    panel("timeseries", "Where the time goes (mean)", "s", *[(f"{rate(f'request_{phase}_seconds_sum{{{POD}}}')} / {rate(f'request_{phase}_seconds_count{{{POD}}}')}", phase) for phase in ("preprocess", "predict", "postprocess")], min=0, stacked=True),
    panel("timeseries", "Gateway: answers that were errors", "reqps", (rate('roost_gateway_requests_total{%s, code!="2xx"}' % ROUTE, "route, code"), "{{route}} {{code}}"), min=0, help="499: the client left. 5xx without errors of the model server: no replica took the request."),
    panel("timeseries", "Ready replicas by revision", "short", ("kserve_inferenceservice_replicas_ready{%s}" % POD, "{{revision}}"), min=0, decimals=0),
    panel("timeseries", "Processors", "short", (rate("process_cpu_seconds_total{%s}" % POD, "pod"), "{{pod}}"), min=0, help="Cores in use."),
    panel("timeseries", "Memory", "bytes", ("process_resident_memory_bytes{%s}" % POD, "{{pod}}"), min=0),
    panel("timeseries", "Restarts", "short", ('sum by (pod, container) (increase(kube_pod_container_status_restarts_total{namespace="$namespace", pod=~"$service-.*"}[$__rate_interval]))', "{{pod}} {{container}}"), min=0, decimals=0),
]

TOTAL = rate('kserve_request_count{%s, component="predictor"}' % SERVICE)
PREDICTOR = '%s, component="predictor"' % SERVICE
VERSIONS = [
    panel("timeseries", "Share of requests that was asked for", "percent", ('kserve_inferenceservice_traffic_percent{%s, component="predictor"}' % POD, "{{revision}}"), width=12, min=0, max=100, stacked=True),
    panel("timeseries", "Share of requests that came", "percentunit", (f"{rate('kserve_request_count{%s}' % PREDICTOR, 'revision')} / ignoring (revision) group_left {TOTAL}", "{{revision}}"), width=12, min=0, max=1, stacked=True),
    panel("timeseries", "Failed (5xx)", "percentunit", (ratio('kserve_request_count{%s, response_code=~"5.."}' % PREDICTOR, "kserve_request_count{%s}" % PREDICTOR, "revision"), "{{revision}}"), min=0),
    panel("timeseries", "Median", "ms", (quantile(0.5, "kserve_request_duration_milliseconds_bucket{%s}" % PREDICTOR, "revision"), "{{revision}}"), min=0),
    panel("timeseries", "Slowest 1 %", "ms", (quantile(0.99, "kserve_request_duration_milliseconds_bucket{%s}" % PREDICTOR, "revision"), "{{revision}}"), min=0, exemplars=True),
    panel("timeseries", "Requests", "reqps", (rate("kserve_request_count{%s}" % PREDICTOR, "revision"), "{{revision}}"), min=0),
    panel("timeseries", "Ready replicas", "short", ("kserve_inferenceservice_replicas_ready{%s}" % POD, "{{revision}}"), min=0, decimals=0),
    panel("timeseries", "Shares that experiments gave", "percent", ('roost_experiment_weight_percent{namespace="$namespace"}', "{{experiment}} {{version}}"), min=0, max=100, help="Where an Experiment of this namespace moves the shares."),
]

REVISION = 'k8s_namespace_name="$namespace", kn_revision_name=~"$revision"'
HPA = 'namespace="$namespace"'
SCALING = [
    panel("timeseries", "Replicas by load", "short", *[("kn_revision_pods_%s{%s}" % (name, REVISION), "{{kn_revision_name}} " + legend) for name, legend in (("desired", "wanted"), ("requested", "asked for"), ("count", "ready"))], width=12, min=0, decimals=0, help="Wanted above asked for: maxReplicas holds it. Asked for above ready: replicas are starting, or do not."),
    panel("timeseries", "Requests at once", "short", *[("kn_revision_concurrency_%s{%s}" % (name, REVISION), "{{kn_revision_name}} " + legend) for name, legend in (("stable", "stable window"), ("panic", "panic window"), ("target", "target of a replica"))], width=12, min=0),
    panel("timeseries", "Requests per second", "reqps", *[("kn_revision_rps_%s{%s}" % (name, REVISION), "{{kn_revision_name}} " + legend) for name, legend in (("stable", "stable window"), ("panic", "panic window"), ("target", "target of a replica"))], min=0, help="Of revisions that follow requests per second."),
    panel("timeseries", "Panic", "bool", ("kn_revision_panic_mode{%s}" % REVISION, "{{kn_revision_name}}"), min=0, max=1),
    panel("timeseries", "Room for bursts", "short", ("kn_revision_capacity_excess{%s}" % REVISION, "{{kn_revision_name}}"), help="Below 0, the gateway queues requests in front of the replicas."),
    panel("timeseries", "Requests that were held", "reqps", (rate("roost_gateway_held_total"), "held"), width=12, min=0, help="For a slot, or for the first replica."),
    panel("timeseries", "Start of a pod", "s", *[(quantile(share, "kubelet_pod_start_duration_seconds_bucket"), f"p{share * 100:g}") for share in (0.5, 0.99)], width=12, min=0),
    panel("timeseries", "HorizontalPodAutoscalers: replicas", "short", *[("kube_horizontalpodautoscaler_%s{%s}" % (name, HPA), "{{horizontalpodautoscaler}} " + legend) for name, legend in (("status_desired_replicas", "wanted"), ("status_current_replicas", "there"), ("spec_max_replicas", "most"))], width=24, min=0, decimals=0),
]


def variable(name, query, **more):
    return {
        "name": name,
        "type": "query",
        "datasource": SOURCE,
        "query": {"query": query, "refId": name},
        "definition": query,
        "refresh": 2,
        "sort": 1,
        **more,
    }


NAMESPACE = variable("namespace", "label_values(kserve_inferenceservice_info, namespace)")
ONE_SERVICE = [NAMESPACE, variable("service", 'label_values(kserve_inferenceservice_info{namespace="$namespace"}, inferenceservice)')]
REVISIONS = variable("revision", 'label_values(kn_revision_pods_desired{k8s_namespace_name="$namespace"}, kn_revision_name)', multi=True, includeAll=True, allValue=".*", current={"text": "All", "value": "$__all"})
DASHBOARDS = {
    "fleet": ("KServe: fleet", [], FLEET),
    "service": ("KServe: one service", ONE_SERVICE, ONE),
    "ab": ("KServe: versions compared", ONE_SERVICE, VERSIONS),
    "autoscaling": ("KServe: autoscaling", [NAMESPACE, REVISIONS], SCALING),
}


def laid_out(panels):
    """Gives each panel its place, from left to right and down."""
    x = y = row = 0
    placed = []
    for index, one in enumerate(panels):
        width, height = one["size"]
        if x + width > 24:
            x, y, row = 0, y + row, 0
        body = {name: value for name, value in one.items() if name != "size"}
        placed.append({"id": index + 1, **body, "gridPos": {"x": x, "y": y, "w": width, "h": height}})
        x, row = x + width, max(row, height)
    return placed


def dashboard(name):
    title, variables, panels = DASHBOARDS[name]
    source = {"name": "datasource", "label": "Prometheus", "type": "datasource", "query": "prometheus", "refresh": 1}
    return {
        "uid": f"kserve-{name}",
        "title": title,
        "tags": ["kserve"],
        "schemaVersion": 39,
        "editable": True,
        "graphTooltip": 1,
        "refresh": "30s",
        "time": {"from": "now-1h", "to": "now"},
        "timezone": "browser",
        "links": [{"type": "dashboards", "title": "KServe", "tags": ["kserve"], "asDropdown": True, "keepTime": True}],
        "templating": {"list": [source, *variables]},
        "panels": laid_out(panels),
    }


def prometheus_rule():
    """The rule files as one object of the Prometheus operator."""
    groups = []
    for name in ("kserve-recording", "kserve-alerts"):
        lines = (FOLDER / "rules" / f"{name}.yaml").read_text().splitlines()
        groups += [f"  {line}".rstrip() for line in lines[lines.index("groups:") + 1 :]]
    head = """\
# Made by make.py of rules/*.yaml, for the Prometheus operator.
apiVersion: monitoring.coreos.com/v1
kind: PrometheusRule
metadata: {name: kserve, namespace: monitoring}
spec:
  groups:
"""
    return head + "\n".join(groups) + "\n"


def main():
    files = {f"dashboards/{name}.json": json.dumps(dashboard(name), indent=1) + "\n" for name in DASHBOARDS}
    files["operator/prometheusrule.yaml"] = prometheus_rule()
    stale = [name for name, text in files.items() if not (FOLDER / name).exists() or (FOLDER / name).read_text() != text]
    if "--check" in sys.argv:
        for name in stale:
            print(f"monitoring/{name} is not what monitoring/make.py makes")
        sys.exit(1 if stale else 0)
    for name in stale:
        (FOLDER / name).write_text(files[name])
        print(f"monitoring/{name}")


main()
