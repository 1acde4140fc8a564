package import Base
import KubeModel

/// How many pods more or fewer than wanted a rolling update may have.
package struct RolloutBounds: Equatable {
    /// Pods beyond the wanted number.
    package let maxSurge: Int
    /// Pods fewer than wanted that are available.
    package let maxUnavailable: Int

    package init(maxSurge: Int, maxUnavailable: Int) {
        self.maxSurge = maxSurge
        self.maxUnavailable = maxUnavailable
    }

    /// Percentages of `replicas`: surge rounded up, unavailable rounded down; both zero would stand still, so one goes.
    package init(strategy: JSON, replicas: Int) {
        guard strategy["type"].string != "Recreate" else {
            self.init(maxSurge: 0, maxUnavailable: 0)
            return
        }
        let update = strategy["rollingUpdate"]
        let surge = IntOrString(update["maxSurge"])?.scaled(of: replicas, .up) ?? 0
        let unavailable = IntOrString(update["maxUnavailable"])?.scaled(of: replicas, .down) ?? 0
        self.init(
            maxSurge: min(max(0, surge), Int(Int32.max)),
            maxUnavailable: surge <= 0 && unavailable <= 0 ? 1 : min(max(0, unavailable), replicas)
        )
    }
}

/// One step of a rolling update: how many pods the new ReplicaSet and the old ones are to have next.
///
/// Never more than `replicas + maxSurge` pods are wanted, never fewer than `replicas - maxUnavailable` available ones
/// are left; pods that are not available anyway go first.
struct RollingUpdate {
    let replicas: Int
    let bounds: RolloutBounds

    /// What the new ReplicaSet is to have, `wanted` being asked for by all of them together.
    func newSize(of new: ReplicaSet?, wanted: Int) -> Int {
        let size = new?.replicas ?? 0
        if size >= replicas { return replicas }
        let room = replicas + bounds.maxSurge - wanted
        return room <= 0 ? size : size + min(room, replicas - size)
    }

    /// What each of the old ReplicaSets, oldest first, is to have.
    func oldSizes(of old: [ReplicaSet], new: ReplicaSet) -> [Int] {
        var sizes = old.map(\.replicas)
        let minAvailable = replicas - bounds.maxUnavailable
        let newUnavailable = max(0, new.replicas - new.available)
        var spare = old.wanted + new.replicas - minAvailable - newUnavailable
        guard spare > 0 else { return sizes }
        for (index, set) in old.enumerated() where set.replicas > set.available {
            let unhealthy = min(spare, set.replicas - set.available)
            sizes[index] -= unhealthy
            spare -= unhealthy
        }
        var surplus = old.serving + [new].serving - minAvailable
        for index in old.indices where surplus > 0 {
            let step = min(surplus, sizes[index])
            sizes[index] -= step
            surplus -= step
        }
        return sizes
    }

    /// What each of several ReplicaSets gets when the Deployment is scaled in the middle of a rollout: shares in
    /// proportion to their sizes, what is left over to the largest.
    func proportionalSizes(of sets: [ReplicaSet]) -> [String: Int] {
        let allowed = replicas > 0 ? replicas + bounds.maxSurge : 0
        var toAdd = allowed - sets.wanted
        let order = sets.sorted { left, right in
            if left.replicas != right.replicas { return left.replicas > right.replicas }
            // Growing favours the new, shrinking takes from the old first.
            return toAdd > 0 ? left.revision > right.revision : left.revision < right.revision
        }
        let total = allowed
        var sizes: [String: Int] = [:]
        let whole = toAdd
        for set in order {
            var share = whole == 0 ? 0 : fraction(of: set, total: total)
            share = whole > 0 ? max(0, min(share, toAdd)) : min(0, max(share, toAdd))
            sizes[set.name] = set.replicas + share
            toAdd -= share
        }
        if let largest = order.first { sizes[largest.name] = max(0, (sizes[largest.name] ?? 0) + toAdd) }
        return sizes
    }

    /// By how much a ReplicaSet grows when the total it was a part of becomes `total`.
    private func fraction(of set: ReplicaSet, total: Int) -> Int {
        guard let before = Int32(set.object.annotations[Annotation.maxReplicas] ?? ""), before > 0 else { return 0 }
        return Int((Double(set.replicas * total) / Double(before)).rounded()) - set.replicas
    }
}
