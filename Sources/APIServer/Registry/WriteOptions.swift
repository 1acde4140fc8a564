package import KubeModel

/// What a client says about how its write is to be taken.
package struct WriteOptions: Sendable {
    /// What happens to fields that the kind does not have, or that a body gives twice.
    package enum FieldValidation: String, Sendable {
        case strict = "Strict"
        case warn = "Warn"
        case ignore = "Ignore"
    }

    package var fieldValidation = FieldValidation.warn
    /// Everything is done but the storing.
    package var isDryRun = false
    /// Whether a part of this process writes: what it derives from other objects it writes again where it is lost.
    package var isOwnPart = false
    /// Paths that the body's text gives twice.
    package var duplicateFields: [String] = []

    package init() {}

    /// How much a change must outlive: status, scale and what a controller makes of another object are written again by
    /// whoever watches the world. A power cut takes the latest such writes only, since each write that is on the disk has
    /// all before it there.
    package func durability(
        of object: KubeObject,
        _ type: ResourceType,
        subresource: String? = nil
    ) -> ResourceType.Durability {
        let isDerived = subresource != nil || (isOwnPart && object.controller != nil)
        return isDerived ? .processDeath : type.durability
    }
}

/// What became of a write.
package struct Written: Sendable {
    package let object: KubeObject
    /// What the writer should know although the write went through.
    package let warnings: [String]
}

/// What became of a delete.
package enum Deleted: Sendable {
    /// The object is gone; this was its last state.
    case gone(KubeObject)
    /// The object waits for its finalizers or its grace period.
    case pending(KubeObject)

    package var object: KubeObject {
        switch self {
        case .gone(let object), .pending(let object): object
        }
    }
}
