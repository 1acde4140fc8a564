import Base
import KubeClient
import KubeModel
import Testing
import Workloads

struct GarbageTests {
    /// An object of uid `name` with these owners; those marked `!` hold back their owner's deletion.
    private func node(_ name: String, owners: [String] = [], finalizer: String? = nil) -> OwnerGraph.Node {
        var object = KubeObject(.configMaps, kind: "ConfigMap", namespace: "default", name: name)
        object.metadata["uid"] = .string(name)
        object.metadata["ownerReferences"] = .array(
            owners.map { owner in
                let uid = owner.replacing("!", with: "")
                return [
                    "apiVersion": "v1", "kind": "ConfigMap", "name": .string(uid), "uid": .string(uid),
                    "blockOwnerDeletion": .bool(owner.hasSuffix("!")),
                ]
            }
        )
        if let finalizer {
            object.metadata["finalizers"] = [.string(finalizer)]
            object.metadata["deletionTimestamp"] = .string(start.rfc3339)
        }
        return OwnerGraph.Node(object, .configMaps)
    }

    private func decide(
        _ uid: String,
        in nodes: [OwnerGraph.Node],
        strangers: [String: GarbageDecision.OwnerState] = [:]
    ) -> GarbageDecision? {
        var graph = OwnerGraph()
        for node in nodes { _ = graph.set(node) }
        return graph[uid].map { GarbageDecision.decide($0, graph, strangers: strangers) }
    }

    @Test func dependentFollowsItsOwners() {
        let child = node("child", owners: ["a", "b"])
        #expect(decide("child", in: [child, node("a"), node("b")]) == .rest)
        #expect(decide("child", in: [child], strangers: ["a": .absent, "b": .absent]) == .delete(.background))
        #expect(decide("child", in: [child, node("a")], strangers: ["b": .absent]) == .forget(owners: ["b"]))
        #expect(decide("child", in: [child], strangers: ["a": .absent, "b": .unknown]) == .forget(owners: ["a"]))
        #expect(decide("child", in: [child]) == .rest, "nobody has said that they are gone")
    }

    @Test func foregroundWaitsForThoseThatHoldItBack() {
        let owner = node("owner", finalizer: "foregroundDeletion")
        let holding = node("child", owners: ["owner!"])
        #expect(decide("owner", in: [owner, holding]) == .rest)
        #expect(decide("child", in: [owner, holding]) == .delete(.background))
        #expect(decide("child", in: [owner, holding, node("grandchild", owners: ["child!"])]) == .delete(.foreground))
        #expect(decide("owner", in: [owner]) == .release(finalizer: "foregroundDeletion"))
        let loose = node("child", owners: ["owner"])
        #expect(decide("owner", in: [owner, loose]) == .release(finalizer: "foregroundDeletion"))
        let shared = node("child", owners: ["owner!", "other"])
        #expect(decide("child", in: [owner, shared, node("other")]) == .forget(owners: ["owner"]))
    }

    @Test func orphansForgetTheirOwnerFirst() {
        let owner = node("owner", finalizer: "orphan")
        let child = node("child", owners: ["owner!"])
        #expect(decide("owner", in: [owner, child]) == .orphan(dependents: [child]))
        #expect(decide("child", in: [owner, child]) == .rest)
        #expect(decide("owner", in: [owner, node("child")]) == .release(finalizer: "orphan"))
    }

    @Test func onlyWhatAChangeConcernsIsJudged() {
        var graph = OwnerGraph()
        #expect(graph.set(node("owner")).isEmpty)
        #expect(graph.set(node("child", owners: ["owner"])) == ["child"])
        #expect(graph.set(node("child", owners: ["owner"])).isEmpty, "nothing of interest has changed")
        #expect(graph.set(node("owner", finalizer: "foregroundDeletion")).contains("child"))
        #expect(graph.remove("child") == ["owner"], "the owner waited for it")
        #expect(graph.remove("owner").isEmpty)
        _ = graph.set(node("late", owners: ["owner"]))
        #expect(graph.remove("owner").isEmpty && graph["late"] != nil)
    }
}

struct EventSweepTests {
    private func event(_ name: String, seen: WallTime) -> KubeObject {
        var event = KubeObject(.events, kind: "Event", namespace: "default", name: name)
        event["lastTimestamp"] = .string(seen.rfc3339)
        return event
    }

    @Test func oldEventsGoAndTheRestIsBounded() {
        let now = start + .seconds(7200)
        let old = event("old", seen: now + .seconds(-3600))
        let young = event("young", seen: now + .seconds(-3599))
        #expect(EventSweep.surplus([young, old], now: now).map(\.name) == ["old"])
        let many = (0..<EventSweep.keptMax + 3).map { event("e\($0)", seen: start + .milliseconds($0 * 1000)) }
        #expect(EventSweep.surplus(many, now: start).map(\.name) == ["e0", "e1", "e2"])
    }
}

struct ServedKindTests {
    private func definition(established: Bool = true) -> KubeObject {
        var definition = KubeObject(.customResourceDefinitions, kind: "CustomResourceDefinition", name: "t.example.com")
        definition.spec = [
            "group": "example.com", "scope": "Cluster", "names": ["plural": "ts", "kind": "T"],
            "versions": [
                ["name": "v1alpha1", "served": true], ["name": "v1", "served": true, "storage": true],
                ["name": "v2", "served": false],
            ],
        ]
        definition.status["conditions"] = [["type": "Established", "status": .string(established ? "True" : "False")]]
        return definition
    }

    @Test func customKindIsKnownInItsStoredVersionOnceEstablished() {
        let kind = ServedKind(definition: definition())
        #expect(kind?.resource == ResourceID("example.com", "v1", "ts") && kind?.isNamespaced == false)
        #expect(ServedKind(definition: definition(established: false)) == nil)
    }
}
