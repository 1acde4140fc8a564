import APIServer
import Base
import KubeClient
import KubeModel
import TestKit
import Testing

struct DeletionTests {
    private func pod(_ registry: Registry, node: String?) async throws -> KubeObject {
        var pod = KubeObject(.pods, kind: "Pod", namespace: "default", name: "p")
        pod.spec = ["terminationGracePeriodSeconds": 5]
        pod.spec["nodeName"] = JSON(node)
        return try await registry.create(.pods, namespace: "default", pod).object
    }

    @Test func runningPodIsGivenItsGrace() async throws {
        try await withRegistry { registry in
            let made = try await pod(registry, node: "node1")
            let asked = SystemTime().wall()
            guard case .pending(let marked) = try await registry.delete(.pods, made.key) else {
                Issue.record("the pod went at once")
                return
            }
            let answered = SystemTime().wall()
            #expect(marked.metadata["deletionGracePeriodSeconds"] == 5 && marked.generation == 2)
            let left = try #require(marked.metadata["deletionTimestamp"].string.flatMap { WallTime(rfc3339: $0) })
            // The API's times are whole seconds.
            #expect((left - asked).seconds > 4 && (left - answered).seconds <= 5)
            guard case .pending(let again) = try await registry.delete(.pods, made.key) else {
                Issue.record("a second delete is no faster")
                return
            }
            #expect(again == marked)
            guard case .gone = try await registry.delete(.pods, made.key, DeleteOptions(gracePeriodSeconds: 0)) else {
                Issue.record("the node's own delete ends the pod")
                return
            }
        }
    }

    @Test func pendingPodGoesAtOnce() async throws {
        try await withRegistry { registry in
            let made = try await pod(registry, node: nil)
            guard case .gone(let last) = try await registry.delete(.pods, made.key) else {
                Issue.record("nobody runs the pod, so nobody is waited for")
                return
            }
            #expect(last.metadata["deletionGracePeriodSeconds"] == 0 && last.isTerminating)
        }
    }

    @Test func finalizersHoldUntilTheLastIsGone() async throws {
        try await withRegistry { registry in
            var body = KubeObject.configMap("cm")
            body.metadata["finalizers"] = ["a/b", "c/d"]
            let key = try await registry.create(.configMaps, namespace: "default", body).object.key
            guard case .pending = try await registry.delete(.configMaps, key) else {
                Issue.record("finalizers are waited for")
                return
            }
            let refused = await #expect(throws: APIStatus.self) {
                try await registry.patch(.configMaps, key, .merge(["metadata": ["finalizers": ["a/b", "e/f"]]]))
            }
            #expect(refused?.reason == .invalid)
            _ = try await registry.patch(.configMaps, key, .merge(["metadata": ["finalizers": ["a/b"]]]))
            #expect(try registry.get(.configMaps, key).finalizers == ["a/b"])
            let last = try await registry.patch(.configMaps, key, .merge(["metadata": ["finalizers": .null]])).object
            #expect(last.isTerminating && last.finalizers.isEmpty)
            #expect(throws: APIStatus.self) { try registry.get(.configMaps, key) }
        }
    }

    struct Propagated: CustomTestStringConvertible {
        let resource: ResourceID
        let kind: String
        let policy: DeleteOptions.Propagation?
        let finalizers: [String]
        var testDescription: String { "\(kind) \(policy?.rawValue ?? "default")" }
    }

    @Test(arguments: [
        Propagated(resource: .deployments, kind: "Deployment", policy: nil, finalizers: []),
        Propagated(resource: .deployments, kind: "Deployment", policy: .background, finalizers: []),
        Propagated(resource: .deployments, kind: "Deployment", policy: .foreground, finalizers: ["foregroundDeletion"]),
        Propagated(resource: .deployments, kind: "Deployment", policy: .orphan, finalizers: ["orphan"]),
        Propagated(resource: .jobs, kind: "Job", policy: nil, finalizers: ["orphan"]),
        Propagated(resource: .jobs, kind: "Job", policy: .background, finalizers: []),
    ])
    func propagation(_ c: Propagated) async throws {
        try await withRegistry { registry in
            let body = KubeObject(c.resource, kind: c.kind, namespace: "default", name: "x")
            _ = try await registry.create(c.resource, namespace: "default", body)
            switch try await registry.delete(c.resource, body.key, DeleteOptions(propagation: c.policy)) {
            case .gone(let last): #expect(c.finalizers.isEmpty && last.finalizers.isEmpty)
            case .pending(let object): #expect(object.finalizers == c.finalizers && !c.finalizers.isEmpty)
            }
        }
    }

    @Test func preconditions() async throws {
        try await withRegistry { registry in
            let made = try await registry.create(.configMaps, namespace: "default", .configMap("cm")).object
            let refused = await #expect(throws: APIStatus.self) {
                try await registry.delete(.configMaps, made.key, DeleteOptions(uid: "x"))
            }
            #expect(
                refused?.message
                    == "Operation cannot be fulfilled on ConfigMap \"cm\": the UID in the precondition (x) does not match "
                    + "the UID in record (\(made.uid)). The object might have been deleted and then recreated"
            )
            _ = try await registry.delete(.configMaps, made.key, DeleteOptions(uid: made.uid))
        }
    }

    @Test func namespaceClosesBeforeItGoes() async throws {
        try await withRegistry { registry in
            var space = KubeObject(.namespaces, kind: "Namespace", name: "ns")
            space.spec = ["finalizers": ["kubernetes"]]
            _ = try await registry.create(.namespaces, namespace: nil, space)
            guard case .pending(let marked) = try await registry.delete(.namespaces, space.key) else {
                Issue.record("a namespace waits for its contents")
                return
            }
            #expect(marked.status["phase"] == "Terminating" && marked.metadata["deletionGracePeriodSeconds"].isNull)
            let refused = await #expect(throws: APIStatus.self) {
                try await registry.create(.configMaps, namespace: "ns", KubeObject(["metadata": ["name": "x"]]))
            }
            #expect(refused?.code == 403 && refused?.details["causes"][0]["reason"] == "NamespaceTerminating")
            var done = marked
            done.spec = .emptyObject
            _ = try await registry.update(.namespaces, space.key, done, subresource: "finalize")
            #expect(throws: APIStatus.self) { try registry.get(.namespaces, space.key) }
            let pardoned = await #expect(throws: APIStatus.self) {
                try await registry.delete(.namespaces, ObjectKey(name: "default"))
            }
            #expect(pardoned?.message == "namespaces \"default\" is forbidden: this namespace may not be deleted")
        }
    }
}
