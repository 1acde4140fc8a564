package import Base
import KubeModel

/// What is to be done for a Deployment now: writes to its ReplicaSets, then its status.
package struct DeploymentPlan: Equatable {
    /// A write to one ReplicaSet.
    package enum Step: Equatable {
        case create(ReplicaSet)
        case update(ReplicaSet, was: ReplicaSet)
        case delete(ReplicaSet)
    }

    package var steps: [Step] = []
    /// The revision that the Deployment is to carry; nil while it has no ReplicaSet of its template.
    package var revision: Int?
    /// The status to write.
    package var status: JSON = .null
    /// When to look again although nothing has changed: a progress deadline.
    package var recheck: Duration?

    /// Decides from the state alone.
    ///
    /// - Parameters:
    ///   - sets: the ReplicaSets that the Deployment controls.
    ///   - hasPods: whether pods of a ReplicaSet still run, terminating ones included.
    package static func decide(
        _ deployment: Deployment,
        sets: [ReplicaSet],
        hasPods: (ReplicaSet) -> Bool,
        now: WallTime
    ) -> DeploymentPlan {
        var rollout = Rollout(deployment, sets: sets)
        if !deployment.object.isTerminating { rollout.advance(hasPods: hasPods) }
        let progress = DeploymentStatus(rollout, now: now)
        var plan = DeploymentPlan(steps: rollout.steps, revision: rollout.next?.revision)
        plan.status = progress.json
        plan.recheck = progress.recheck
        if progress.isComplete || deployment.isPaused, !deployment.object.isTerminating {
            plan.steps += Revisions.surplus(rollout.old, limit: deployment.historyLimit).map { .delete($0) }
        }
        return plan
    }
}

/// A Deployment's ReplicaSets: as they are, and as they are to be next.
struct Rollout {
    let deployment: Deployment
    /// The ReplicaSet of the present template, as it is.
    let new: ReplicaSet?
    /// The others, oldest first, as they are.
    let old: [ReplicaSet]
    /// The ReplicaSet of the present template, as it is to be.
    private(set) var next: ReplicaSet?
    /// The others, as they are to be, in the order of `old`.
    private(set) var nextOld: [ReplicaSet]

    init(_ deployment: Deployment, sets: [ReplicaSet]) {
        self.deployment = deployment
        new = Revisions.current(of: deployment, among: sets)
        let uid = new?.uid
        old = ReplicaSet.oldestFirst(sets.filter { $0.uid != uid })
        next = new
        nextOld = old
    }

    /// All ReplicaSets as they are.
    var sets: [ReplicaSet] { old + [new].compactMap { $0 } }
    /// All ReplicaSets as they are to be.
    var nextSets: [ReplicaSet] { nextOld + [next].compactMap { $0 } }

    /// The writes that lead from what is to what is to be.
    var steps: [DeploymentPlan.Step] {
        let oldSteps = zip(nextOld, old).filter(!=).map { DeploymentPlan.Step.update($0, was: $1) }
        guard let next else { return oldSteps }
        guard let new else { return [.create(next)] + oldSteps }
        return (next == new ? [] : [.update(next, was: new)]) + oldSteps
    }

    /// Takes the next step.
    mutating func advance(hasPods: (ReplicaSet) -> Bool) {
        next = new.map { Revisions.annotated($0, for: deployment, revision: nextRevision) }
        if deployment.isPaused || (isScaled && !deployment.recreates) {
            scale()
        } else if deployment.recreates {
            recreate(hasPods: hasPods)
        } else {
            roll()
        }
    }

    private var nextRevision: Int { (old.map(\.revision).max() ?? 0) + 1 }

    /// Whether the Deployment was scaled since its ReplicaSets were.
    private var isScaled: Bool {
        sets.contains { set in
            guard set.replicas > 0, let seen = set.object.annotations[Annotation.desiredReplicas] else { return false }
            return Int(seen) != deployment.replicas
        }
    }

    private mutating func roll() {
        let update = RollingUpdate(replicas: deployment.replicas, bounds: deployment.bounds)
        let size = update.newSize(of: new, wanted: sets.wanted)
        grow(to: size)
        guard let next else { return }
        for (index, size) in update.oldSizes(of: old, new: next).enumerated() { resizeOld(index, to: size) }
    }

    private mutating func recreate(hasPods: (ReplicaSet) -> Bool) {
        if old.wanted > 0 {
            for index in old.indices { resizeOld(index, to: 0) }
        } else if !old.contains(where: hasPods) {
            grow(to: deployment.replicas)
        }
    }

    /// Spreads a new size over the ReplicaSets without taking the rollout further.
    private mutating func scale() {
        let active = sets.filter { $0.replicas > 0 }
        if active.count <= 1 {
            guard let only = active.first ?? new ?? old.last else { return }
            resize(only.name, to: deployment.replicas)
        } else if let new, isSaturated(new) {
            for set in active where set.name != new.name { resize(set.name, to: 0) }
        } else if !deployment.recreates {
            let update = RollingUpdate(replicas: deployment.replicas, bounds: deployment.bounds)
            for (name, size) in update.proportionalSizes(of: active) { resize(name, to: size) }
        }
    }

    private func isSaturated(_ set: ReplicaSet) -> Bool {
        set.replicas == deployment.replicas && set.available == deployment.replicas
            && Int(set.object.annotations[Annotation.desiredReplicas] ?? "") == deployment.replicas
    }

    /// Makes the new ReplicaSet, or gives it another size.
    private mutating func grow(to size: Int) {
        guard let next else {
            self.next = Revisions.makeReplicaSet(for: deployment, revision: nextRevision, replicas: size)
            return
        }
        if next.replicas != size { self.next = Revisions.sized(next, for: deployment, size) }
    }

    private mutating func resizeOld(_ index: Int, to size: Int) {
        if nextOld[index].replicas != size { nextOld[index] = Revisions.sized(nextOld[index], for: deployment, size) }
    }

    private mutating func resize(_ name: String, to size: Int) {
        if let next, next.name == name {
            self.next = Revisions.sized(next, for: deployment, size)
        } else if let index = nextOld.firstIndex(where: { $0.name == name }) {
            nextOld[index] = Revisions.sized(nextOld[index], for: deployment, size)
        }
    }
}
