import Base
import KubeClient
import KubeModel

/// Carries out ScaledObjects: a HorizontalPodAutoscaler from one replica on, and the step between none and one.
struct ScaledObjectReconciler: Sendable {
    private let api: any KubernetesAPI
    private let objects: Informer
    private let scalers: Informer
    private let deployments: Informer
    private let writer: ObjectWriter
    private let events: EventRecorder
    private let time: any TimeSource

    init(_ api: any KubernetesAPI, time: any TimeSource) {
        self.api = api
        self.time = time
        objects = Informer(api, .scaledObjects, time: time)
        scalers = Informer(api, .horizontalPodAutoscalers, time: time)
        deployments = Informer(api, .deployments, time: time)
        writer = ObjectWriter(api: api)
        events = EventRecorder(api, component: "keda-operator", time: time)
    }

    var informers: [Informer] { [objects, scalers, deployments] }

    /// The controller, watching what it needs.
    func makeController() -> Controller {
        let controller = Controller("scaledobject", time: time) { try await reconcile($0) }
        objects.onChange { before, after in
            // Its own status changes with every look at the triggers.
            guard let object = after ?? before, before?.wish != after?.wish else { return }
            controller.queue.add(object.key)
        }
        controller.watchOwned(scalers, by: "ScaledObject")
        deployments.onChange { before, after in
            // One that comes is what its ScaledObject has waited for.
            guard before == nil, let after else { return }
            for object in objects.list(where: { $0.namespace == after.namespace })
            where object.spec["scaleTargetRef"]["name"].string == after.name {
                controller.queue.add(object.key)
            }
        }
        return controller
    }

    private func reconcile(_ key: ObjectKey) async throws -> Next {
        guard let stored = objects.get(key), !stored.isTerminating else { return .settled }
        let object: ScaledObject
        do throws(ScaledObjectFault) {
            object = try ScaledObject(stored)
        } catch {
            _ = try await refuse(stored, error.description)
            return .settled
        }
        guard let target = deployments.get(object.target) else {
            return try await refuse(stored, "Target resource doesn't exist: Deployment \(object.target)")
        }
        var status = ScaledObjectStatus(stored.status)
        status.describe(object, originalReplicas: target.spec["replicas"].int)
        status.setPaused(object.isPaused)
        let scaler = scalers.get(ObjectKey(namespace: stored.namespace, name: object.scalerName))
        if object.isPaused {
            if let scaler { try await writer.delete(scaler, .horizontalPodAutoscalers, of: stored) }
            if let replicas = object.pausedReplicas { try await scale(object, target, to: replicas) }
        } else {
            do {
                try await writer.settle(object.scaler, .horizontalPodAutoscalers, current: scaler)
            } catch let foreign as ForeignObject {
                return try await refuse(
                    stored,
                    "Failed to ensure HPA is correctly created for ScaledObject: \(foreign)"
                )
            }
            status.mirror(scaler)
            try await follow(object, target, &status)
        }
        try await write(status, of: stored)
        return .again(after: object.pollingInterval)
    }

    /// Looks at the triggers, and takes the step between none and one where it is due.
    private func follow(
        _ object: ScaledObject,
        _ target: KubeObject,
        _ status: inout ScaledObjectStatus
    ) async throws(APIStatus) {
        let now = time.wall()
        let (active, fault) = await activity(of: object)
        let replicas = target.spec["replicas"].int ?? 1
        let followsOnlyResources = object.triggers.allSatisfy { $0.activation == nil }
        let seen = Activation.Seen(
            isActive: followsOnlyResources || active.values.contains(true),
            fault: fault,
            replicas: replicas,
            lastActive: status.json["lastActiveTime"].string.flatMap { WallTime(rfc3339: $0) }
        )
        let activation = Activation(object, seen, created: object.object.creationTime ?? now, now: now)
        if let fault { await events.warning(object.object, "KEDAScalerFailed", fault) }
        if let size = activation.scale {
            let change = "apps/v1.Deployment \(object.target) from \(replicas) to \(size)"
            try await scale(object, target, to: size)
            if seen.isActive {
                let names = active.filter(\.value).keys.sorted().joined(separator: ";")
                await events.normal(
                    object.object,
                    "KEDAScaleTargetActivated",
                    "Scaled \(change), triggered by \(names)"
                )
            } else {
                await events.normal(object.object, "KEDAScaleTargetDeactivated", "Deactivated \(change)")
            }
        }
        status.setActivity(active)
        status.set(activation)
    }

    /// Which triggers are above their activation thresholds, by their metrics' names, and why one could not be asked.
    private func activity(of object: ScaledObject) async -> (active: [String: Bool], fault: String?) {
        var (active, fault): ([String: Bool], String?) = ([:], nil)
        for trigger in object.triggers {
            guard let name = trigger.externalName, let activation = trigger.activation else { continue }
            let selector = "\(Trigger.ownerLabel)=\(object.object.name)"
            let namespace = object.object.namespace
            let request = MetricRequest(.external, metric: name, namespace: namespace, metricSelector: selector)
            let (resource, options) = request.listing
            do throws(APIStatus) {
                let values = try await api.list(resource, namespace: namespace, options).items
                active[name] = values.reduce(0) { $0 + (Quantity($1["value"])?.double ?? 0) } > activation
            } catch {
                fault = fault ?? "\(name): \(error.message)"
            }
        }
        return (active, fault)
    }

    private func scale(_ object: ScaledObject, _ target: KubeObject, to replicas: Int) async throws(APIStatus) {
        guard target.spec["replicas"].int != replicas else { return }
        let patch: JSON = ["spec": ["replicas": JSON(replicas)]]
        _ = try await api.patch(.deployments, object.target, .merge(patch), subresource: "scale")
    }

    /// How long what stands in the way is left before it is looked at again.
    private static let retry = Duration.seconds(30)

    /// Says why an object is not carried out.
    private func refuse(_ stored: KubeObject, _ why: String) async throws(APIStatus) -> Next {
        var status = ScaledObjectStatus(stored.status)
        status.refuse("ScaledObjectCheckFailed", why)
        await events.warning(stored, "ScaledObjectCheckFailed", why)
        try await write(status, of: stored)
        return .again(after: Self.retry)
    }

    private func write(_ status: ScaledObjectStatus, of stored: KubeObject) async throws(APIStatus) {
        let wanted = status.concluded()
        guard wanted != stored.status else { return }
        var changed = stored
        changed.status = wanted
        _ = try await api.updateStatus(.scaledObjects, changed)
    }
}

extension KubeObject {
    /// What somebody has asked for, as against what was found.
    fileprivate var wish: [JSON] { [spec, metadata["labels"], metadata["annotations"], metadata["deletionTimestamp"]] }
}
