import Base
import KubeModel

/// The rules of `metadata` in a change; those of its content are `MetadataRules`.
enum MetadataValidation {
    /// The faults of a new object's metadata, or of a change.
    static func faults(_ new: KubeObject, _ old: KubeObject?, isNamespaced: Bool, names: NameRule) -> [FieldFault] {
        let faults = MetadataRules.faults(new, isNamespaced: isNamespaced, name: names)
        guard let old else { return faults }
        return faults + finalizerFaults(new, old) + identityFaults(new.metadata, old.metadata)
    }

    /// An object that is on its way out takes no new finalizers.
    private static func finalizerFaults(_ new: KubeObject, _ old: KubeObject) -> [FieldFault] {
        let added = new.finalizers.filter { !old.finalizers.contains($0) }
        guard old.isTerminating, !added.isEmpty else { return [] }
        let words = "no new finalizers can be added if the object is being deleted, found new finalizers "
        let list = added.map { JSON.string($0).text }.joined(separator: ", ")
        return [.forbidden("metadata.finalizers", "\(words)[]string{\(list)}")]
    }

    private static func identityFaults(_ new: JSON, _ old: JSON) -> [FieldFault] {
        ["name", "namespace", "uid", "creationTimestamp"].flatMap { member in
            FieldChecks.immutable(member, from: old, to: new, at: "metadata")
        }
    }
}

/// Bounds of what one object may hold.
enum Limits {
    /// Bytes of all values of a ConfigMap or a Secret.
    static let dataBytes = 1024 * 1024
}

/// Phrases that many validations use.
enum Words {
    static let notNegative = "must be greater than or equal to 0"
    static let immutable = "field is immutable"
    static let port = "must be between 1 and 65535, inclusive"
}
