package import Base
package import KubeClient
package import KubeModel

/// A part's own say in writes of some kinds: completes objects, then accepts or refuses them.
///
/// Runs in this process in place of webhooks, after the kind's defaults and before validation and storing. A hook must
/// be pure in the object's terms: a write that meets another one runs it again.
package struct AdmissionHook: Sendable {
    /// Changes an object before it is validated.
    package typealias Mutate =
        @Sendable (inout KubeObject, _ old: KubeObject?, AdmissionContext) async throws(APIStatus) -> Void
    /// Refuses an object by throwing; answers with warnings for the writer.
    package typealias Validate =
        @Sendable (KubeObject, _ old: KubeObject?, AdmissionContext) async throws(APIStatus) -> [String]

    /// The webhook's name that messages carry.
    package let name: String
    package let resources: Set<ResourceID>
    package let mutate: Mutate
    package let validate: Validate

    package init(
        name: String,
        resources: Set<ResourceID>,
        mutate: @escaping Mutate = { _, _, _ in },
        validate: @escaping Validate = { _, _, _ in [] }
    ) {
        self.name = name
        self.resources = resources
        self.mutate = mutate
        self.validate = validate
    }
}

/// What a hook may know besides the object.
package struct AdmissionContext: Sendable {
    /// What is done to the object.
    package enum Operation: String, Sendable {
        case create = "CREATE"
        case update = "UPDATE"
    }

    package let operation: Operation
    package let isDryRun: Bool
    /// The API that the hook belongs to, for reading.
    package let api: any KubernetesAPI
    package let now: WallTime
}

extension APIStatus {
    /// A refusal in the words that a webhook's refusal has.
    package static func denied(by webhook: String, _ message: String) -> APIStatus {
        APIStatus(.forbidden, "admission webhook \"\(webhook)\" denied the request: \(message)")
    }
}

/// The hooks in the order in which they run.
struct Admission: Sendable {
    let hooks: [AdmissionHook]

    func mutate(
        _ object: inout KubeObject,
        _ old: KubeObject?,
        _ resource: ResourceID,
        _ context: AdmissionContext
    ) async throws(APIStatus) {
        for hook in hooks where hook.resources.contains(resource) { try await hook.mutate(&object, old, context) }
    }

    func validate(
        _ object: KubeObject,
        _ old: KubeObject?,
        _ resource: ResourceID,
        _ context: AdmissionContext
    ) async throws(APIStatus) -> [String] {
        var warnings: [String] = []
        for hook in hooks where hook.resources.contains(resource) {
            warnings += try await hook.validate(object, old, context)
        }
        return warnings
    }
}
