import Base
import Scaling
import TestKit
import Testing

/// What Knative's reconciler does about replicas, and what it says of them, step for step.
@Suite struct RevisionScalingTests {
    @Test func replicasAreAppliedWhenTheyAreThere() throws {
        try Golden("kpa", "scale-apply").replay { item in
            let step = try Self.step(
                item,
                desired: item["desiredScale"].int ?? 0,
                isInitialized: "scaleTargetInitialized"
            )
            return Self.difference(step, item)
        }
    }

    @Test func theConditionActiveFollowsReplicas() throws {
        try Golden("kpa", "active-status").replay { item in
            let scaling = try Self.scaling(item)
            let ready = item["ready"].int ?? 0
            let before = item["initializedBefore"].bool ?? false
            let threshold = scaling.activeThreshold(isInitialized: before)
            let reached = ready >= threshold && item["serviceName"].string?.isEmpty == false
            let status = RevisionActivity.Status(rawValue: item["activeBefore"].string ?? "") ?? .activating
            let after = scaling.activity(
                wanted: item["want"].int ?? 0,
                ready: ready,
                status: status,
                threshold: scaling.activeThreshold(isInitialized: before || reached)
            )
            return TestKit.difference(
                "initialized",
                before || reached,
                item["out"]["scaleTargetInitialized"].array?[0] == "True"
            )
                ?? Self.difference(after, status, item["out"]["active"])
        }
    }

    @Test func aWholeReconcileComesToTheSame() throws {
        try Golden("kpa", "reconcile").replay { item in
            // Without a service there is nothing to decide: two activators stand in.
            guard item["sks"]["privateServiceName"].string?.isEmpty == false else {
                return TestKit.difference("mode", "Proxy", item["out"]["sksMode"].string)
                    ?? TestKit.difference(
                        "activators",
                        DeciderSpec.activatorsMin,
                        item["out"]["numActivators"].int
                    )
            }
            let scaling = try Self.scaling(item)
            let step = try Self.step(
                item,
                desired: item["decider"]["desiredScale"].int ?? 0,
                isInitialized: "scaleTargetInitialized"
            )
            let serves = RevisionScaling.serves(
                wanted: step.replicas,
                excessBurstCapacity: item["decider"]["excessBurstCapacity"].int ?? 0
            )
            let activators = scaling.decider.activators(ready: item["pods"]["ready"].int ?? 0)
            return TestKit.difference("mode", serves ? "Serve" : "Proxy", item["out"]["sksMode"].string)
                ?? TestKit.difference("activators", activators, item["out"]["numActivators"].int)
                ?? Self.difference(step, item)
        }
    }

    @Test func activatorsAreAsManyAsTheLoadNeeds() throws {
        try Golden("kpa", "num-activators").replay { item in
            var spec = DeciderSpec()
            spec.activatorCapacity = item["activatorCapacity"].double ?? 0
            spec.targetBurstCapacity = item["targetBurstCapacity"].double ?? 0
            spec.totalValue = item["totalValue"].double ?? 0
            return TestKit.difference(
                "activators",
                spec.activators(ready: item["ready"].int ?? 0),
                item["numActivators"].int
            )
        }
    }

    // MARK: recordings

    private static func texts(_ object: JSON) -> [String: String] {
        Dictionary(uniqueKeysWithValues: (object.object ?? [:]).map { ($0.key, $0.value.string ?? "") })
    }

    private static func scaling(_ item: JSON) throws -> RevisionScaling {
        RevisionScaling(
            annotations: texts(item["annotations"]),
            containerConcurrency: item["containerConcurrency"].int ?? 0,
            reachability: RevisionScaling.Reachability(rawValue: item["reachability"].string ?? "") ?? .unknown,
            config: try AutoscalerConfig(texts(item["configMap"]))
        )
    }

    private static func step(_ item: JSON, desired: Int, isInitialized: String) throws -> RevisionStep {
        let isBacked = item["probe"].string.map { $0 == "ok" } ?? item["probeOK"].bool ?? false
        let state = RevisionState(
            status: RevisionActivity.Status(rawValue: item["active"]["status"].string ?? "") ?? .activating,
            lasting: .seconds(item["active"]["forSeconds"].int ?? 0),
            isInitialized: item[isInitialized].bool ?? false,
            proxied: item["sks"]["proxyForSeconds"].int.map { .seconds($0) },
            isProxied: item["sks"]["mode"].string == "Proxy",
            progressDeadline: .seconds(item["progressDeadlineSeconds"].int ?? 600)
        )
        return try scaling(item).step(desired: desired, state) { isBacked }
    }

    private static func difference(_ step: RevisionStep, _ item: JSON) -> String? {
        let out = item["out"]
        let current = item["currentReplicas"].isNull ? 1 : item["currentReplicas"].int
        let patches = step.applies && current != nil && current != step.replicas
        let patch = patches ? "[{\"op\":\"add\",\"path\":\"/spec/replicas\",\"value\":\(step.replicas)}]" : nil
        let wakes = out["enqueueAfterSeconds"].array ?? []
        return TestKit.difference("replicas", step.replicas, out["result"].int ?? step.replicas)
            ?? TestKit.difference("patch", patch, out["patch"].string)
            ?? TestKit.difference("wakes", step.wakesAfter == nil ? 0 : 1, wakes.count)
            ?? TestKit.difference("wakes after", step.wakesAfter?.seconds, wakes.first?.double)
            ?? TestKit.difference("awaits the activator", step.awaitsActivator, out["asyncProbe"].bool ?? false)
    }

    private static func difference(
        _ after: RevisionActivity?,
        _ status: RevisionActivity.Status,
        _ recorded: JSON
    ) -> String? {
        guard let after else { return TestKit.difference("status", status.rawValue, recorded.array?[0].string) }
        let texts = recorded.array?.map { $0.string ?? "" } ?? []
        return TestKit.difference("condition", [after.status.rawValue, after.reason, after.message], texts)
    }
}
