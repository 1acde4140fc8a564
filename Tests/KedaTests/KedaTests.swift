import APIServer
import Base
import Keda
import KubeClient
import KubeKinds
import KubeModel
import Synchronization
import TestKit
import Testing

/// Tells one value for the metrics of all ScaledObjects, or that it cannot be asked.
private final class Told: MetricsAPI {
    let value = Mutex<Double?>(0)

    func values(
        of request: MetricRequest,
        object: ResourceType?,
        _ api: any KubernetesAPI
    ) async throws(APIStatus) -> [KubeObject] {
        guard request.metricSelector == "scaledobject.keda.sh/name=m", request.metric == "s0-prometheus" else {
            throw APIStatus(.notFound, "unexpected request")
        }
        guard let value = value.withLock({ $0 }) else { throw APIStatus(.serviceUnavailable, "nobody is there") }
        return [KubeObject(["value": .double(value)])]
    }
}

@Suite(.timeLimit(.minutes(1))) struct KedaTests {
    private struct World: Sendable {
        let api: InProcessAPI
        let time: TestTime
        let told: Told

        /// Lets time pass until the object is as wanted.
        func pass(until resource: ResourceID, _ isWanted: @escaping @Sendable (KubeObject) -> Bool) async throws {
            try await withThrowingTaskGroup(of: Bool.self) { group in
                group.addTask {
                    for try await event in try await api.watch(resource, namespace: "default", ListOptions()) {
                        switch event {
                        case .added(let object), .modified(let object): if isWanted(object) { return true }
                        case .deleted, .bookmark: continue
                        }
                    }
                    return false
                }
                group.addTask {
                    while !Task.isCancelled {
                        time.advance(by: .seconds(1))
                        await Task.yield()
                    }
                    return false
                }
                let isSeen = try await group.next()
                #expect(isSeen == true)
                group.cancelAll()
            }
        }
    }

    private static func run(_ body: (World) async throws -> Void) async throws {
        try await withScratchDirectory { folder in
            let time = TestTime()
            let store = try Store(folder: folder)
            defer { store.close() }
            let told = Told()
            let api = InProcessAPI(Registry(store: store, types: BuiltInKinds.all, metrics: told, time: time))
            _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: "default"))
            for object in try KedaData.customResourceDefinitions() {
                _ = try await api.create(.customResourceDefinitions, object)
            }
            var deployment = KubeObject(.deployments, kind: "Deployment", namespace: "default", name: "m")
            let template: JSON = [
                "metadata": ["labels": ["app": "m"]], "spec": ["containers": [["name": "c", "image": "i"]]],
            ]
            deployment.spec = ["replicas": 1, "selector": ["matchLabels": ["app": "m"]], "template": template]
            _ = try await api.create(.deployments, deployment)
            try await withThrowingTaskGroup(of: Void.self) { group in
                group.addTask { try await Keda(api: api, time: time).run() }
                try await body(World(api: api, time: time, told: told))
                group.cancelAll()
            }
        }
    }

    private static func make(_ world: World, _ spec: String) async throws {
        let yaml = """
            {apiVersion: keda.sh/v1alpha1, kind: ScaledObject, metadata: {name: m, namespace: default},
             spec: {scaleTargetRef: {name: m}, \(spec)}}
            """
        _ = try await world.api.create(.scaledObjects, KubeObject(try YAML.parse(yaml).first ?? .null))
    }

    private static func condition(_ type: String, of object: KubeObject) -> String {
        let condition = Conditions(object.status["conditions"])[type]
        return "\(condition["status"].string ?? "") \(condition["reason"].string ?? "")"
    }

    @Test func aTargetSleepsAndWakesByItsTrigger() async throws {
        try await Self.run { world in
            try await Self.make(
                world,
                "minReplicaCount: 0, cooldownPeriod: 60, triggers: [\(ActivationTests.prometheus)]"
            )
            try await world.pass(until: .deployments) { $0.spec["replicas"] == 0 }
            try await world.pass(until: .scaledObjects) {
                Self.condition("Active", of: $0) == "False ScalerNotActive"
                    && Self.condition("Ready", of: $0) == "True ScaledObjectReady"
            }
            let key = ObjectKey(namespace: "default", name: "keda-hpa-m")
            #expect(try await world.api.get(.horizontalPodAutoscalers, key).controller?.kind == "ScaledObject")
            world.told.value.withLock { $0 = 1.5 }
            try await world.pass(until: .deployments) { $0.spec["replicas"] == 1 }
            try await world.pass(until: .scaledObjects) {
                Self.condition("Active", of: $0) == "True ScalerActive" && !$0.status["lastActiveTime"].isNull
                    && $0.status["triggersActivity"]["s0-prometheus"]["isActive"] == true
            }
            world.told.value.withLock { $0 = nil }
            try await world.pass(until: .scaledObjects) { Self.condition("Ready", of: $0) == "False TriggerError" }
            world.told.value.withLock { $0 = 1 }
            try await world.pass(until: .deployments) { $0.spec["replicas"] == 0 }
            let reasons = Set(try await world.api.list(.events).items.compactMap { $0["reason"].string })
            #expect(reasons == ["KEDAScaleTargetActivated", "KEDAScaleTargetDeactivated", "KEDAScalerFailed"])
        }
    }

    @Test func whatCannotBeCarriedOutSaysWhy() async throws {
        try await Self.run { world in
            try await Self.make(world, "minReplicaCount: 1, triggers: [{type: cron, metadata: {start: x}}]")
            try await world.pass(until: .scaledObjects) {
                Self.condition("Ready", of: $0) == "False ScaledObjectCheckFailed"
                    && Conditions($0.status["conditions"])["Ready"]["message"].string?.contains("cron") == true
            }
            #expect(try await world.api.list(.horizontalPodAutoscalers).items.isEmpty)
        }
    }
}
