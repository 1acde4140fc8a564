import APIServer
import Base
import KubeClient
import KubeModel
import TestKit
import Testing

/// What every implementation of `KubernetesAPI` does in the same way, in process and through a socket.
@Suite(.timeLimit(.minutes(1)))
struct KubernetesAPITests {
    private static let deployment: KubeObject = {
        var object = KubeObject(.deployments, kind: "Deployment", namespace: "default", name: "web")
        object.spec = [
            "selector": ["matchLabels": ["app": "web"]],
            "template": [
                "metadata": ["labels": ["app": "web"]], "spec": ["containers": [["name": "c", "image": "i"]]],
            ],
        ]
        return object
    }()

    @Test(arguments: Transport.allCases)
    func lifeOfAnObject(_ transport: Transport) async throws {
        try await withAPI(transport) { api in
            let made = try await api.create(.deployments, Self.deployment)
            #expect(made.spec["replicas"] == 1 && made.generation == 1 && !made.uid.isEmpty)
            var changed = try await api.get(.deployments, made.key)
            #expect(changed == made)
            changed.spec["replicas"] = 3
            let updated = try await api.update(.deployments, changed)
            #expect(updated.generation == 2)
            let conflict = await #expect(throws: APIStatus.self) { try await api.update(.deployments, changed) }
            #expect(conflict?.reason == .conflict && conflict?.code == 409)
            var told = updated
            told.status = ["replicas": 3, "observedGeneration": 2]
            told.spec["replicas"] = 9
            let status = try await api.updateStatus(.deployments, told)
            #expect(status.status["replicas"] == 3 && status.spec["replicas"] == 3)
            let patched = try await api.patch(
                .deployments,
                made.key,
                .strategic(["spec": ["template": ["spec": ["containers": [["name": "c", "image": "j"]]]]]])
            )
            let containers = patched.spec[path: ["template", "spec"]]["containers"]
            #expect(containers.array?.count == 1 && containers[0]["image"] == "j")
            let scale = try await api.get(.deployments, made.key, subresource: "scale")
            #expect(scale.spec["replicas"] == 3 && scale.status["selector"] == "app=web")
            let scaled = try await api.patch(
                .deployments,
                made.key,
                .merge(["spec": ["replicas": 0]]),
                subresource: "scale"
            )
            #expect(scaled.status["replicas"] == 3)
            let now = try await api.get(.deployments, made.key)
            #expect(now.spec["replicas"] == 0)
            try await api.delete(.deployments, made.key)
            let gone = try await api.find(.deployments, made.key)
            #expect(gone == nil)
        }
    }

    @Test(arguments: Transport.allCases)
    func listsAreSelectedAndOrdered(_ transport: Transport) async throws {
        try await withAPI(transport) { api in
            for (name, label) in [("c", "x"), ("a", "y"), ("b", "x")] {
                _ = try await api.create(.configMaps, .configMap(name, labels: ["k": label]))
            }
            let all = try await api.list(.configMaps, namespace: "default")
            #expect(all.items.map(\.name) == ["a", "b", "c"] && all.items.allSatisfy { $0.kind == "ConfigMap" })
            let labelled = try await api.list(.configMaps, namespace: nil, ListOptions(labelSelector: "k in (x)"))
            #expect(labelled.items.map(\.name) == ["b", "c"])
            let named = try await api.list(.configMaps, namespace: nil, ListOptions(fieldSelector: "metadata.name=a"))
            #expect(named.items.map(\.name) == ["a"])
            let refused = await #expect(throws: APIStatus.self) {
                try await api.list(.configMaps, namespace: nil, ListOptions(fieldSelector: "spec.foo=a"))
            }
            #expect(refused?.reason == .badRequest)
        }
    }

    @Test(arguments: Transport.allCases)
    func watchFollowsAList(_ transport: Transport) async throws {
        try await withAPI(transport) { api in
            _ = try await api.create(.configMaps, .configMap("before"))
            let list = try await api.list(.configMaps, namespace: "default")
            let events = try await api.watch(
                .configMaps,
                namespace: "default",
                ListOptions(resourceVersion: list.resourceVersion)
            )
            let fresh = try await api.watch(.configMaps, namespace: "default", ListOptions())
            _ = try await api.create(.configMaps, .configMap("cm", ["a": "1"]))
            _ = try await api.patch(
                .configMaps,
                ObjectKey(namespace: "default", name: "cm"),
                .merge(["data": ["a": "2"]])
            )
            try await api.delete(.configMaps, ObjectKey(namespace: "default", name: "cm"))
            let changes = ["ADDED cm", "MODIFIED cm", "DELETED cm"]
            let followed = try await summaries(events, 3)
            let whole = try await summaries(fresh, 4)
            #expect(followed == changes)
            #expect(whole == ["ADDED before"] + changes)
        }
    }

    @Test(arguments: Transport.allCases)
    func watchFromTheFutureIsExpired(_ transport: Transport) async throws {
        try await withAPI(transport) { api in
            let events = try await api.watch(.configMaps, namespace: nil, ListOptions(resourceVersion: "999999"))
            let ended = await #expect(throws: APIStatus.self) { for try await _ in events {} }
            #expect(ended?.reason == .expired)
        }
    }

    @Test(arguments: Transport.allCases)
    func endOfTheReaderEndsTheWatch(_ transport: Transport) async throws {
        try await withAPI(transport) { api in
            let reader = Task {
                for try await _ in try await api.watch(.configMaps, namespace: nil, ListOptions()) {}
            }
            _ = try await api.create(.configMaps, .configMap("cm"))
            reader.cancel()
            _ = await reader.result
        }
    }

    private func summaries(_ events: AsyncThrowingStream<WatchEvent, any Error>, _ count: Int) async throws -> [String]
    {
        var seen: [String] = []
        for try await event in events {
            if case .bookmark = event { continue }
            seen.append(event.summary)
            if seen.count == count { break }
        }
        return seen
    }
}
