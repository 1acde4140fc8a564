import Base
import KubeClient
import KubeModel
import Synchronization
import TestKit
import Testing
import Workloads

@Suite(.timeLimit(.minutes(1))) struct AutoscalerTests {
    static let autoscaler = """
        apiVersion: autoscaling/v2
        kind: HorizontalPodAutoscaler
        metadata: {name: web}
        spec:
          scaleTargetRef: {apiVersion: apps/v1, kind: Deployment, name: web}
          minReplicas: 2
          maxReplicas: 4
        """

    @Test func autoscalerKeepsItsTargetWithinBounds() async throws {
        try await Cluster.run { cluster in
            try await cluster.apply(ClusterTests.web.replacing("replicas: 3", with: "replicas: 1"), in: .deployments)
            try await cluster.apply(Self.autoscaler, in: .horizontalPodAutoscalers)
            try await cluster.until(.deployments, "web", ClusterTests.isRolledOut(2))
            try await cluster.until(.horizontalPodAutoscalers, "web") { $0.status["currentReplicas"] == 2 }
        }
    }

    @Test func autoscalerFollowsWhatPodsUse() async throws {
        let measured = Mutex<[KubeObject]>([])
        try await Cluster.run(podMetrics: { measured.withLock { $0 } }) { cluster in
            let container = "name: c,"
            let web = ClusterTests.web.replacing(container, with: "\(container) resources: {requests: {cpu: 100m}},")
            try await cluster.apply(web.replacing("replicas: 3", with: "replicas: 2"), in: .deployments)
            try await cluster.until(.deployments, "web", ClusterTests.isRolledOut(2))
            let pods = try await cluster.api.list(.pods).items
            measured.withLock { $0 = pods.map { Self.metrics(of: $0, cpu: "120m") } }
            try await cluster.apply(Self.autoscaler, in: .horizontalPodAutoscalers)
            // 120 % of what they ask for where 80 % is wanted: a half more.
            try await cluster.until(.deployments, "web", ClusterTests.isRolledOut(3))
            try await cluster.until(.horizontalPodAutoscalers, "web") { autoscaler in
                autoscaler.status["desiredReplicas"] == 3 && !autoscaler.status["lastScaleTime"].isNull
            }
            try await cluster.until(.events) { $0.contains { $0["reason"].string == "SuccessfulRescale" } }
        }
    }

    /// Answers for the metrics of a cluster's pods, Services and of the world outside.
    private struct ToldMetrics: MetricsAPI {
        private static func items(_ values: [String]) -> [KubeObject] {
            values.map { KubeObject(["value": .string($0)]) }
        }

        func values(
            of request: MetricRequest,
            object: ResourceType?,
            _ api: any KubernetesAPI
        ) async throws(APIStatus) -> [KubeObject] {
            switch request.subject {
            case .external:
                if request.metric == "broken" { throw APIStatus(.serviceUnavailable, "nobody is there") }
                return request.metricSelector == "queue=orders" ? Self.items(["3", "4500m"]) : []
            case .one("services", name: "front"): return Self.items(["8"])
            case .one(_, let name): throw APIStatus(.notFound, "no \(name)")
            case .every:
                let options = ListOptions(labelSelector: request.objectSelector)
                let pods = try await api.list(.pods, namespace: request.namespace, options).items
                return pods.map { pod in
                    KubeObject(["describedObject": ["name": .string(pod.name)], "value": "30", "timestamp": "x"])
                }
            }
        }
    }

    @Test(arguments: [
        ("type: Pods, pods: {metric: {name: hits}, target: {type: AverageValue, averageValue: 10}}", 6, ""),
        (
            "type: External, external: {metric: {name: depth, selector: {matchLabels: {queue: orders}}}, "
                + "target: {type: AverageValue, averageValue: 2}}", 4, ""
        ),
        (
            "type: Object, object: {metric: {name: hits}, describedObject: {apiVersion: v1, kind: Service, name: front}, "
                + "target: {type: Value, value: 3}}", 6, ""
        ),
        (
            "type: External, external: {metric: {name: broken}, target: {type: Value, value: 3}}", 2,
            "FailedGetExternalMetric: the HPA was unable to compute the replica count: unable to get external metric "
                + "default/broken/nil: unable to fetch metrics from external metrics API: nobody is there"
        ),
        (
            "type: Object, object: {metric: {name: hits}, describedObject: {apiVersion: v1, kind: Service, name: b}, "
                + "target: {type: Value, value: 3}}", 2,
            "FailedGetObjectMetric: the HPA was unable to compute the replica count: unable to get metric hits: "
                + "Service on default b/unable to fetch metrics from custom metrics API: no b"
        ),
    ])
    func autoscalerFollowsOtherMetrics(_ metric: String, _ wanted: Int, _ fault: String) async throws {
        try await Cluster.run(metrics: ToldMetrics()) { cluster in
            try await cluster.apply(ClusterTests.web.replacing("replicas: 3", with: "replicas: 2"), in: .deployments)
            try await cluster.until(.deployments, "web", ClusterTests.isRolledOut(2))
            let scaler = Self.autoscaler.replacing("maxReplicas: 4", with: "maxReplicas: 6\n  metrics: [{\(metric)}]")
            try await cluster.apply(scaler, in: .horizontalPodAutoscalers)
            let told = try await cluster.until(.horizontalPodAutoscalers, "web") { autoscaler in
                (!fault.isEmpty || autoscaler.status["desiredReplicas"].int == wanted)
                    && Conditions(autoscaler.status["conditions"]).status("ScalingActive") != nil
            }
            let active = Conditions(told.status["conditions"])["ScalingActive"]
            if fault.isEmpty {
                #expect(active["reason"] == "ValidMetricFound")
                try await cluster.until(.deployments, "web", ClusterTests.isRolledOut(wanted))
            } else {
                #expect("\(active["reason"].string ?? ""): \(active["message"].string ?? "")" == fault)
                let reason = fault.prefix { $0 != ":" }
                try await cluster.until(.events) { $0.contains { $0["reason"].string == String(reason) } }
            }
        }
    }

    /// What a pod uses, long enough after it became ready to count.
    private static func metrics(of pod: KubeObject, cpu: String) -> KubeObject {
        var metrics = KubeObject(.podMetrics, kind: "PodMetrics", namespace: pod.namespace, name: pod.name)
        metrics.metadata["labels"] = pod.metadata["labels"]
        metrics["timestamp"] = .string((SystemTime().wall() + .seconds(60)).rfc3339)
        metrics["window"] = "5s"
        let containers = pod.spec["containers"].array ?? []
        metrics["containers"] = .array(
            containers.map { ["name": $0["name"], "usage": ["cpu": .string(cpu), "memory": "1Mi"]] }
        )
        return metrics
    }
}
