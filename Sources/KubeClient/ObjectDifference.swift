import Base
package import KubeModel

/// An object that is wanted, with the digest of what is wanted in it.
package struct StampedObject: Sendable {
    package let object: KubeObject
    package let key: ObjectKey

    package init(_ wanted: KubeObject) {
        object = ObjectDifference.stamped(wanted)
        key = wanted.key
    }
}

/// Whether a stored object is what a controller wants, and what to store where it is not.
///
/// A stored object has more in it than was written: defaults, allocated addresses, others' annotations. So what was wanted
/// is remembered as a digest in an annotation: another digest means that the wish has changed, and then the whole spec is
/// written anew, without what was wished before. The same digest means that only a change by somebody else matters: a
/// wanted field that is missing or different.
package enum ObjectDifference {
    /// Annotation with the digest of what was wanted.
    static let digestKey = "roost.dev/wanted"

    /// The wanted object with its digest in it.
    package static func stamped(_ wanted: KubeObject) -> KubeObject {
        var hash: UInt64 = 0xcbf2_9ce4_8422_2325
        for byte in wanted.json.bytes { hash = (hash ^ UInt64(byte)) &* 0x100_0000_01b3 }
        var object = wanted
        object.metadata[path: ["annotations", digestKey]] = .string(String(hash, radix: 16))
        return object
    }

    /// Whether a stored object was written for the same wish as a stamped one.
    package static func sameWish(_ current: KubeObject?, _ stamped: KubeObject) -> Bool {
        current?.annotations[digestKey] == stamped.annotations[digestKey]
    }

    /// The object to store in place of `current`; nil where it is right as it is.
    ///
    /// - Parameter carried: members of the spec that belong to the stored object unless they are wanted.
    package static func replacement(for current: KubeObject, by wanted: KubeObject, carrying carried: Set<String>)
        -> KubeObject?
    {
        if isPart(wanted.metadata["labels"], of: current.metadata["labels"]),
            isPart(wanted.metadata["annotations"], of: current.metadata["annotations"]),
            isPart(wanted.spec, of: current.spec)
        {
            return nil
        }
        var object = current
        object.metadata["labels"] = wanted.metadata["labels"]
        // How to scale and where requests go are the writer's word alone: what it no longer says must not go on.
        let own = ["autoscaling.knative.dev/", "roost.dev/sticky-", "roost.dev/mirror-"]
        let others = current.annotations.filter { annotation in !own.contains(where: annotation.key.hasPrefix) }
        let annotations = others.merging(wanted.annotations) { _, new in new }
        object.metadata["annotations"] = JSON(annotations)
        object.metadata["ownerReferences"] = wanted.metadata["ownerReferences"]
        let kept = current.spec.object?.filter { carried.contains($0.key) } ?? [:]
        object.spec = .object(kept.merging(wanted.spec.object ?? [:]) { _, new in new })
        return object
    }

    /// Whether everything that `wanted` says is in `stored`, which may say more.
    static func isPart(_ wanted: JSON, of stored: JSON) -> Bool {
        switch (wanted, stored) {
        case (.object(let members), .object(let others)):
            members.allSatisfy { isPart($0.value, of: others[$0.key] ?? .null) }
        case (.object(let members), .null): members.isEmpty
        case (.array(let elements), .array(let others)):
            elements.count == others.count && zip(elements, others).allSatisfy { isPart($0, of: $1) }
        case (.array(let elements), .null): elements.isEmpty
        default: wanted == stored || isSameQuantity(wanted, stored)
        }
    }

    /// `1` and `"1"`, `1000m` and `1`: servers store quantities in one spelling.
    private static func isSameQuantity(_ wanted: JSON, _ stored: JSON) -> Bool {
        guard let left = Quantity(wanted), let right = Quantity(stored) else { return false }
        return left == right
    }
}
