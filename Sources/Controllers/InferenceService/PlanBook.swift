import Base
import KServeModel
import KubeClient
import KubeModel
import Synchronization

/// The plans that were made last, by service: one is made anew only where something that it follows from has changed, since
/// most of what a service's controller is woken for changes a status alone.
final class PlanBook: Sendable {
    /// A plan and the objects that carry it out.
    struct Entry: Sendable {
        let plan: ServicePlan
        let objects: [WantedObject]
    }

    private let entries = Mutex<[ObjectKey: (basis: ServicePlan.Basis, entry: Entry)]>([:])

    /// The plan on this basis.
    func plan(_ basis: ServicePlan.Basis) throws(PlanFault) -> Entry {
        let key = basis.service.object.key
        if let known = entries.withLock({ $0[key] }), known.basis == basis { return known.entry }
        let plan = try ServicePlan(basis)
        let entry = Entry(plan: plan, objects: WantedObject.all(of: plan))
        entries.withLock { $0[key] = (basis, entry) }
        return entry
    }

    /// Nothing is kept of a service that is gone.
    func forget(_ key: ObjectKey) { entries.withLock { $0[key] = nil } }
}

/// An object as it should be, and where it is stored.
struct WantedObject: Sendable {
    let resource: ResourceID
    let object: StampedObject
    /// Last changes to it that are no part of the wish: the object with its digest, and the stored one.
    let adapt: @Sendable (KubeObject, KubeObject?) -> KubeObject

    init(
        _ resource: ResourceID,
        _ object: KubeObject,
        adapt: @escaping @Sendable (KubeObject, KubeObject?) -> KubeObject = { stamped, _ in stamped }
    ) {
        self.resource = resource
        self.object = StampedObject(object)
        self.adapt = adapt
    }

    /// All objects of a Standard service.
    fileprivate static func all(of plan: ServicePlan) -> [WantedObject] {
        let workloads = (plan.workloads + plan.canaries.map(\.workload)).flatMap { workload in
            let deployment = WantedObject(.deployments, workload.deployment) { stamped, current in
                workload.withReplicas(stamped, over: current)
            }
            let autoscaler = workload.autoscaler.map { WantedObject($0.resource, $0.object) }
            return [deployment, WantedObject(.services, workload.service)] + [autoscaler].compactMap { $0 }
        }
        return workloads + plan.routes.map { WantedObject(.httpRoutes, $0) }
    }
}
