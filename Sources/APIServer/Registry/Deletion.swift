import Base
import KubeClient
import KubeModel

/// What a delete does to an object: decided from its state and the request alone.
enum Deletion: Equatable {
    /// The object goes; this is its last state.
    case remove(KubeObject)
    /// The object stays until its finalizers or its grace period have ended.
    case mark(KubeObject)
    /// A delete is under way already, and this one does not hasten it.
    case underWay

    private static let foreground = "foregroundDeletion"
    private static let orphan = "orphan"
    private static let pardoned: Set = ["default", "kube-system", "kube-public"]

    static func decide(
        _ object: KubeObject,
        _ kind: ServedKind,
        _ options: DeleteOptions,
        now: WallTime
    ) throws(APIStatus) -> Deletion {
        let type = kind.stored
        if type.id == .namespaces, pardoned.contains(object.name) {
            throw .forbidden(type.id, object.name, "this namespace may not be deleted")
        }
        var marked = object
        if !object.isTerminating { setFinalizers(&marked, type, options.propagation) }
        let grace = grace(object, type, options)
        if object.isTerminating {
            guard type.id == .pods, grace < object.graceSeconds else { return .underWay }
        }
        mark(&marked, type, grace: grace, now: now)
        return isDone(marked) ? .remove(marked) : .mark(marked)
    }

    /// Whether an object that is being deleted is waited for by nobody any more.
    static func isDone(_ object: KubeObject) -> Bool {
        object.isTerminating && object.finalizers.isEmpty && object.graceSeconds == 0
            && (object.kind != "Namespace" || object.spec["finalizers"].strings.isEmpty)
    }

    /// Seconds that the object is given: only pods that a node runs need any.
    private static func grace(_ object: KubeObject, _ type: ResourceType, _ options: DeleteOptions) -> Int {
        guard type.id == .pods else { return 0 }
        let isOver = ["Succeeded", "Failed"].contains(object.status["phase"].string ?? "")
        if (object.spec["nodeName"].string ?? "").isEmpty || isOver { return 0 }
        if object.isTerminating, options.gracePeriodSeconds == nil { return object.graceSeconds }
        let asked = options.gracePeriodSeconds ?? object.spec["terminationGracePeriodSeconds"].int ?? 30
        return asked < 0 ? 1 : min(asked, APIServerLimits.graceSecondsMax)
    }

    /// What becomes of dependents is left to the collector by a finalizer.
    private static func setFinalizers(
        _ object: inout KubeObject,
        _ type: ResourceType,
        _ propagation: DeleteOptions.Propagation?
    ) {
        // A Job's pods outlive it unless asked otherwise: batch/v1 has kept this from its first days.
        let isJob = type.id.group == "batch" && type.id.plural == "jobs"
        guard let policy = propagation ?? (isJob ? .orphan : nil) else { return }
        var finalizers = object.finalizers.filter { $0 != foreground && $0 != orphan }
        switch policy {
        case .background: break
        case .foreground: finalizers.append(foreground)
        case .orphan: finalizers.append(orphan)
        }
        object.metadata["finalizers"] = finalizers.isEmpty ? .null : JSON(finalizers)
    }

    private static func mark(_ object: inout KubeObject, _ type: ResourceType, grace: Int, now: WallTime) {
        if !object.isTerminating, object.generation > 0 {
            object.metadata["generation"] = .int(Int64(object.generation + 1))
        }
        let asked = object.metadata["deletionTimestamp"].string.flatMap { WallTime(rfc3339: $0) }
        let start = asked.map { $0 + .seconds(-object.graceSeconds) } ?? now
        object.metadata["deletionTimestamp"] = .string((start + .seconds(grace)).rfc3339)
        if type.id == .namespaces {
            object.status["phase"] = "Terminating"
        } else {
            object.metadata["deletionGracePeriodSeconds"] = .int(Int64(grace))
        }
    }
}

extension KubeObject {
    fileprivate var graceSeconds: Int { metadata["deletionGracePeriodSeconds"].int ?? 0 }
}
