import APIServer
import Base
import Drift
import Foundation
import KServeModel
import KubeClient
import KubeKinds
import KubeModel
import ModelServer
import Net
import TestKit
import Testing

/// Monitors over a real API server, with a real model server as replica.
struct ControllerTests {
    private static let spec = """
        {target: {name: iris}, reference: {firstRows: 60}, window: {rows: 60, minimumRows: 20}, interval: 1s,
        thresholds: {pValue: 0.001}}
        """

    @Test func driftOfLiveTrafficIsToldAndEnds() async throws {
        try await withDrift { world in
            var object = KubeObject(.driftMonitors, kind: "DriftMonitor", namespace: "default", name: "iris")
            object.spec = try YAML.parse(Self.spec).first ?? .null
            _ = try await world.api.create(.driftMonitors, object)
            try await world.until("the replica is told to learn") { try await world.status()["phase"] == "Learning" }
            try await world.ask(rows: 60, shift: 0)
            try await world.until("it is learnt") { try await world.status()["phase"] == "Watching" }
            let learnt = try await world.api.get(.configMaps, world.key("iris-drift-reference"))
            #expect(learnt.controller?.kind == "DriftMonitor")
            try await world.ask(rows: 60, shift: 0)
            try await world.until("a window is done") { try await world.status()["window"]["number"] == 1 }
            var status = try await world.status()
            #expect(status.isDrifting == false && status["features"].array?.count == 5, "\(status["verdict"])")
            try await world.ask(rows: 60, shift: 3)
            try await world.until("drift is told") { try await world.status().isDrifting == true }
            try await world.until("people are told") {
                try await world.api.list(.events, namespace: "default").items
                    .contains { $0["reason"].string == "DriftDetected" && $0["type"].string == "Warning" }
            }
            let series = world.registry.exposition()
            #expect(series.contains("roost_drift_detected{namespace=\"default\",name=\"iris\"} 1"), "\(series)")
            // Labels of rows that were asked by an id.
            try await world.ask(rows: 3, shift: 0, id: "visit")
            let labels = "[{\"id\": \"visit\", \"label\": 0}, {\"id\": \"visit\", \"row\": 1, \"label\": 99}]"
            #expect(try await world.send("POST", "/.roost/labels", labels).status == 200)
            try await world.until("labels are counted") {
                let labels = try await world.status()["labels"]
                return labels["count"] == 2 && (labels["accuracy"].double ?? 1) <= 0.5
            }
            try await world.ask(rows: 60, shift: 0)
            try await world.until("its end is told") { try await world.status().isDrifting == false }
            status = try await world.status()
            #expect(Conditions(status["conditions"]).isTrue("Ready"))
        }
    }

    @Test func whatIsNotThereIsWaitedFor() async throws {
        try await withDrift { world in
            var object = KubeObject(.driftMonitors, kind: "DriftMonitor", namespace: "default", name: "other")
            object.spec = ["target": ["name": "other"], "reference": ["uri": "/no/such/file"]]
            _ = try await world.api.create(.driftMonitors, object)
            try await world.until("its absence is told") {
                let status = try await world.api.get(.driftMonitors, world.key("other")).status
                return Conditions(status["conditions"])["Ready"]["message"].string
                    == "there is no InferenceService other"
            }
        }
    }
}

/// An API and a replica with a monitor's controller at work, on a time that moves while something is waited for.
private struct World: Sendable {
    let api: any KubernetesAPI
    let registry: MetricRegistry
    let time: TestTime
    let address: SocketAddress
    let client: HTTPClient

    func key(_ name: String) -> ObjectKey { ObjectKey(namespace: "default", name: name) }

    func status() async throws -> JSON { try await api.get(.driftMonitors, key("iris")).status }

    func send(_ method: String, _ path: String, _ body: String = "", id: String? = nil) async throws -> HTTPResponse {
        var headers: HTTPHeaders = ["content-type": "application/json"]
        if let id { headers.add("x-request-id", id) }
        let request = HTTPRequest(method: method, path: path, headers: headers, body: Array(body.utf8))
        return try await client.send(request, to: address, timeout: .seconds(30))
    }

    /// Asks for predictions of so many flowers, in one request.
    func ask(rows count: Int, shift: Double, id: String? = nil) async throws {
        let rows = (0..<count).map { number in
            let part = Double(number % 30) / 10
            return "[\(4.5 + part + shift), \(2 + part / 2), \(1 + part * 2), \(0.1 + part)]"
        }
        let body = "{\"instances\": [\(rows.joined(separator: ", "))]}"
        let answer = try await send("POST", "/v1/models/iris:predict", body, id: id)
        #expect(answer.status == 200)
    }

    /// Lets time pass until something holds; every try waits for an answer of the replica, so that it gets its turn.
    func until(_ what: String, _ holds: () async throws -> Bool) async throws {
        for _ in 0..<20_000 {
            if try await holds() { return }
            _ = try await send("GET", "/")
            time.advance(by: .milliseconds(100))
        }
        throw APIStatus(.timeout, "never: \(what)")
    }
}

private func withDrift(_ body: @Sendable (World) async throws -> Void) async throws {
    try await withScratchDirectory { folder in
        let store = try Store(folder: folder)
        defer { store.close() }
        let types =
            try BuiltInKinds.all + KServeData.customResourceDefinitions().flatMap { CustomResourceKind.types(of: $0) }
        let api = InProcessAPI(Registry(store: store, types: types, hooks: []))
        _ = try await api.create(.namespaces, KubeObject(.namespaces, kind: "Namespace", name: "default"))
        var configuration = ModelServerConfiguration()
        configuration.modelName = "iris"
        configuration.modelDirectory =
            URL(fileURLWithPath: #filePath).deletingLastPathComponent().path + "/../../examples/models/iris"
        configuration.address = "127.0.0.1"
        configuration.port = 0
        configuration.grpcPort = 0
        let server = ModelServer(configuration)
        let address = try server.start()
        let loop = EventLoop(name: "client")
        loop.start()
        let world = World(
            api: api,
            registry: MetricRegistry(),
            time: TestTime(),
            address: address,
            client: HTTPClient(loop: loop)
        )
        try await addReplica(world)
        try await withThrowingTaskGroup(of: Void.self) { group in
            group.addTask {
                try await Drift(
                    api: api,
                    client: world.client,
                    registry: world.registry,
                    readFile: { throw APIStatus(.notFound, $0) },
                    time: world.time
                ).run()
            }
            try await body(world)
            group.cancelAll()
        }
        world.client.close()
        await server.drain(within: .zero)
        loop.stop()
    }
}

private func addReplica(_ world: World) async throws {
    var service = KubeObject(.inferenceServices, kind: "InferenceService", namespace: "default", name: "iris")
    service.spec = ["predictor": ["model": ["modelFormat": ["name": "sklearn"], "storageUri": "file:///a"]]]
    _ = try await world.api.create(.inferenceServices, service)
    var pod = KubeObject(.pods, kind: "Pod", namespace: "default", name: "iris-predictor-1")
    pod.metadata["labels"] = ["serving.kserve.io/inferenceservice": "iris", "component": "predictor"]
    pod.spec = [
        "containers": [
            [
                "name": "kserve-container", "image": "roost/model-server",
                "ports": [["containerPort": .int(Int64(world.address.port))]],
            ]
        ]
    ]
    var created = try await world.api.create(.pods, pod)
    created.status = [
        "phase": "Running", "podIP": .string(world.address.host),
        "conditions": [["type": "Ready", "status": "True"]],
    ]
    _ = try await world.api.updateStatus(.pods, created)
}
