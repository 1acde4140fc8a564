import Base
import Keda
import KubeModel
import TestKit
import Testing

@Suite struct ActivationTests {
    static func object(_ spec: String, metadata: String = "name: m, namespace: shop, uid: u") throws -> ScaledObject {
        let yaml = "{apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {\(metadata)}, spec: {\(spec)}}"
        return try ScaledObject(KubeObject(try YAML.parse(yaml).first ?? .null))
    }

    static let prometheus = """
        {type: prometheus, metadata: {serverAddress: "http://p:9090", query: "sum(x)", threshold: "2.5", activationThreshold: "1"}}
        """

    struct Case: Sendable, CustomStringConvertible {
        let description: String
        let seen: Activation.Seen
        let scale: Int?
        let verdict: Activation.Verdict
        var minReplicas = 0

        init(
            _ description: String,
            active: Bool = false,
            fault: String? = nil,
            replicas: Int,
            last: Int64? = nil,
            min: Int = 0,
            scale: Int?,
            _ verdict: Activation.Verdict
        ) {
            self.description = description
            let lastActive = last.map { WallTime(seconds: $0) }
            seen = Activation.Seen(isActive: active, fault: fault, replicas: replicas, lastActive: lastActive)
            self.scale = scale
            self.verdict = verdict
            minReplicas = min
        }
    }

    @Test(arguments: [
        Case("wakes", active: true, replicas: 0, scale: 1, .active),
        Case("wakes to its least", active: true, replicas: 0, min: 3, scale: 3, .active),
        Case("awake it is the HPA's", active: true, replicas: 2, scale: nil, .active),
        Case("active beside a fault", active: true, fault: "x", replicas: 0, scale: 1, .active),
        Case("cools down", replicas: 2, last: 800, scale: nil, .coolingDown),
        Case("has cooled down", replicas: 2, last: 600, scale: 0, .inactive),
        Case("never active", replicas: 1, scale: 0, .inactive),
        Case("asleep", replicas: 0, last: 999, scale: nil, .inactive),
        Case("below its least", replicas: 1, last: 600, min: 2, scale: 2, .inactive),
        Case("at its least", replicas: 2, last: 600, min: 2, scale: nil, .inactive),
        Case("nobody knows", fault: "x", replicas: 2, last: 1, scale: nil, .failing("x")),
    ])
    func stepsBetweenNoneAndOne(_ item: Case) throws {
        let object = try Self.object(
            "scaleTargetRef: {name: m}, minReplicaCount: \(item.minReplicas), triggers: [\(Self.prometheus)]"
        )
        let now = WallTime(seconds: 1000)
        let activation = Activation(object, item.seen, created: WallTime(seconds: 10), now: now)
        #expect(activation.scale == item.scale && activation.verdict == item.verdict)
        #expect(activation.lastActive == (item.seen.isActive ? now : item.seen.lastActive))
    }

    @Test func theScalerFollowsTheTriggers() throws {
        let object = try Self.object(
            """
            scaleTargetRef: {name: m}, minReplicaCount: 0, maxReplicaCount: 7,
            advanced: {horizontalPodAutoscalerConfig: {behavior: {scaleUp: {stabilizationWindowSeconds: 0}}}},
            triggers: [
              {type: cpu, metricType: Utilization, metadata: {value: "70"}},
              \(Self.prometheus),
              {type: memory, metricType: AverageValue, metadata: {value: 100Mi, containerName: c}}]
            """
        )
        let scaler = object.scaler
        #expect(scaler.key == ObjectKey(namespace: "shop", name: "keda-hpa-m"))
        #expect(scaler.labels["scaledobject.keda.sh/name"] == "m" && scaler.controller?.uid == "u")
        #expect(scaler.spec["minReplicas"] == 1 && scaler.spec["maxReplicas"] == 7)
        #expect(scaler.spec["behavior"]["scaleUp"]["stabilizationWindowSeconds"] == 0)
        #expect(
            scaler.spec["metrics"].array?.map { $0["type"].string } == ["ContainerResource", "External", "Resource"]
        )
        #expect(scaler.spec["metrics"][0]["containerResource"]["target"]["averageValue"] == "100Mi")
        let external = scaler.spec["metrics"][1]["external"]
        #expect(external["metric"]["name"] == "s1-prometheus" && external["target"]["averageValue"] == "2500m")
        #expect(external["metric"]["selector"]["matchLabels"]["scaledobject.keda.sh/name"] == "m")
    }

    @Test(arguments: [
        ("triggers: [{type: cron, metadata: {}}]", "spec.triggers[0].type: \"cron\" is none of"),
        ("triggers: [{type: cpu, metricType: Utilization, metadata: {value: x}}]", "must be a percentage"),
        ("triggers: [{type: cpu, metricType: Value, metadata: {value: '1'}}]", "metricType must be"),
        ("triggers: [{type: memory, metricType: AverageValue, metadata: {value: '-1'}}]", "positive quantity"),
        ("minReplicaCount: 0, triggers: [{type: cpu, metricType: Utilization, metadata: {value: '50'}}]", "from zero"),
        ("triggers: [{type: prometheus, metadata: {query: x, threshold: '1'}}]", "serverAddress is missing"),
        ("triggers: [{type: prometheus, metadata: {serverAddress: x, query: x, threshold: nan}}]", "threshold must be"),
        ("triggers: [{type: prometheus, authenticationRef: {name: a}, metadata: {}}]", "authenticationRef"),
        ("minReplicaCount: 9, maxReplicaCount: 3, triggers: []", "must be at most maxReplicaCount=3"),
        ("fallback: {replicas: 3}, triggers: []", "spec.fallback is not supported"),
    ])
    func whatIsNotUnderstoodIsRefused(_ spec: String, _ words: String) {
        let whole = spec.contains("minReplicaCount") ? spec : "minReplicaCount: 1, \(spec)"
        #expect { try Self.object("scaleTargetRef: {name: m}, \(whole)") } throws: { "\($0)".contains(words) }
        #expect(throws: ScaledObjectFault.self) {
            try Self.object("scaleTargetRef: {kind: StatefulSet, name: m}, triggers: [\(Self.prometheus)]")
        }
    }
}
