package import Base

/// Everything the generic API path needs to know of one kind. Built-in kinds and CRDs differ by this value only.
package struct ResourceType: Sendable {
    /// When `metadata.generation` grows.
    package enum GenerationRule: Sendable {
        /// The kind has no generation.
        case none
        /// With every change outside metadata and status.
        case onSpec
        /// Also with a change of annotations (Deployment).
        case onSpecAndAnnotations
    }

    /// Where the scale subresource finds its numbers, as JSON member paths.
    package struct Scale: Sendable {
        package let specReplicas: [String]
        package let statusReplicas: [String]
        package let labelSelector: [String]

        package init(specReplicas: [String], statusReplicas: [String], labelSelector: [String]) {
            self.specReplicas = specReplicas
            self.statusReplicas = statusReplicas
            self.labelSelector = labelSelector
        }
    }

    /// A column of `kubectl get`.
    package struct Column: Sendable {
        package let name: String
        package let type: String
        package let format: String
        /// 0 is always shown, anything above with `-o wide`.
        package let priority: Int

        package init(_ name: String, type: String = "string", format: String = "", priority: Int = 0) {
            self.name = name
            self.type = type
            self.format = format
            self.priority = priority
        }
    }

    /// How a version that is not the stored one is read and written. Both directions set `apiVersion`.
    package struct Conversion: Sendable {
        /// The version that the store keeps; defaults, validation and preparation run in it.
        package let stored: ResourceID
        package let toStored: @Sendable (KubeObject) -> KubeObject
        package let fromStored: @Sendable (KubeObject) -> KubeObject

        package init(
            stored: ResourceID,
            toStored: @escaping @Sendable (KubeObject) -> KubeObject,
            fromStored: @escaping @Sendable (KubeObject) -> KubeObject
        ) {
            self.stored = stored
            self.toStored = toStored
            self.fromStored = fromStored
        }
    }

    /// What a write is told with a power cut in mind; every write survives kill -9.
    package enum Durability: Sendable {
        /// Acknowledged when it is on the disk.
        case powerLoss
        /// Acknowledged when the operating system has it.
        case processDeath
    }

    package var id: ResourceID
    package var kind: String
    package var singular: String
    package var isNamespaced: Bool
    package var shortNames: [String] = []
    package var categories: [String] = []
    /// Whether `status` is written by `/status` only.
    package var hasStatus = false
    package var scale: Scale?
    package var generation: GenerationRule = .none
    /// Whether it came from a CustomResourceDefinition: such objects carry kind and apiVersion in lists, take no
    /// strategic patch, and need a resourceVersion to be replaced.
    package var isCustom = false
    /// Nil where this version is the stored one.
    package var conversion: Conversion?
    package var durability: Durability = .powerLoss
    /// All objects as they are now, where they are worked out and not stored: such a kind can be read, not changed or
    /// watched.
    package var computed: (@Sendable () -> [KubeObject])?
    /// Field selectors besides metadata.name and metadata.namespace, as dotted member paths.
    package var selectableFields: [String] = []
    /// The kind's fields: unknown ones are told or dropped, types are checked.
    package var schema: Schema = .any
    package var columns: [Column] = []
    /// The cells of an object's row, one for each column.
    package var row: @Sendable (KubeObject, WallTime) -> [JSON] = { object, _ in [.string(object.name)] }
    /// Conditions of an object's row (`Completed` for finished pods).
    package var rowConditions: @Sendable (KubeObject) -> [JSON] = { _ in [] }
    /// Fills in what the writer left out. Runs after decoding, before validation.
    package var applyDefaults: @Sendable (inout KubeObject) -> Void = { _ in }
    /// Completes a new object, after defaulting and before validation: its first status, finalizers and what admission
    /// adds. `metadata.uid`, `namespace` and `creationTimestamp` are set by then; `status` is taken away where `hasStatus`.
    package var prepareForCreate: @Sendable (inout KubeObject) -> Void = { _ in }
    /// Carries over what a change may leave out (a Service's clusterIP), after defaulting and before validation.
    package var prepareForUpdate: @Sendable (_ new: inout KubeObject, _ old: KubeObject) -> Void = { _, _ in }
    /// All faults of a new object (`old` is nil) or of a change: metadata, spec and status.
    package var validate: @Sendable (_ new: KubeObject, _ old: KubeObject?) -> [FieldFault] = { _, _ in [] }

    package init(_ id: ResourceID, kind: String, isNamespaced: Bool) {
        self.id = id
        self.kind = kind
        singular = kind.lowercased()
        self.isNamespaced = isNamespaced
    }

    /// What every kind can do.
    package static let verbs = [
        "create", "delete", "deletecollection", "get", "list", "patch", "update", "watch",
    ]
    /// What a kind can do whose objects are worked out.
    package static let readingVerbs = ["get", "list"]
}
