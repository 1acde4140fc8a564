package import KubeClient
import KubeModel

/// What the collector does with one object.
package enum GarbageDecision: Equatable {
    case rest
    /// Its owners are gone, or going with it: it is deleted.
    case delete(DeleteOptions.Propagation)
    /// Some of its owners are gone, others not: it forgets those.
    case forget(owners: [String])
    /// Its dependents forget it, then it may go.
    case orphan(dependents: [OwnerGraph.Node])
    /// Nothing holds it any more: the finalizer goes.
    case release(finalizer: String)

    /// What is known of an owner that the graph does not hold.
    package enum OwnerState {
        case present
        case absent
        /// It cannot be told now: its kind is not served, or it lives elsewhere.
        case unknown
    }

    /// Decides from the graph, and from what was found out of the owners that it does not hold, by their uid.
    package static func decide(
        _ node: OwnerGraph.Node,
        _ graph: OwnerGraph,
        strangers: [String: OwnerState]
    ) -> GarbageDecision {
        if node.orphansDependents {
            let held = graph.dependents(of: node.uid)
            return held.isEmpty ? .release(finalizer: OwnerGraph.Finalizer.orphan) : .orphan(dependents: held)
        }
        if node.waitsForDependents {
            let isHeld = graph.dependents(of: node.uid).contains { $0.blocks(node.uid) }
            return isHeld ? .rest : .release(finalizer: OwnerGraph.Finalizer.foreground)
        }
        if node.isTerminating || node.owners.isEmpty { return .rest }
        return decideDependent(node, graph, strangers: strangers)
    }

    private static func decideDependent(
        _ node: OwnerGraph.Node,
        _ graph: OwnerGraph,
        strangers: [String: OwnerState]
    ) -> GarbageDecision {
        var gone: [OwnerReference] = []
        var going: [OwnerReference] = []
        var remaining = 0
        for owner in node.owners {
            if let known = graph[owner.uid] {
                if known.waitsForDependents { going.append(owner) } else { remaining += 1 }
            } else if strangers[owner.uid] == .absent {
                gone.append(owner)
            } else {
                remaining += 1
            }
        }
        if gone.isEmpty && going.isEmpty { return .rest }
        if remaining > 0 { return .forget(owners: (gone + going).map(\.uid)) }
        let blocksOthers = graph.dependents(of: node.uid).contains { $0.blocks(node.uid) }
        return .delete(!going.isEmpty && blocksOthers ? .foreground : .background)
    }
}
