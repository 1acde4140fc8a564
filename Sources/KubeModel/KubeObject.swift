package import Base

/// An object of the API: its JSON, with names for the parts that every kind has.
///
/// Kinds are not mirrored as structs: what a writer did not know must survive, and one generic path serves all.
package struct KubeObject: Equatable, Sendable {
    /// The whole object.
    package var json: JSON

    package init(_ json: JSON) { self.json = json }

    /// A new object with nothing but its identity.
    package init(_ resource: ResourceID, kind: String, namespace: String? = nil, name: String) {
        json = ["apiVersion": .string(resource.apiVersion), "kind": .string(kind)]
        metadata["name"] = .string(name)
        metadata["namespace"] = JSON(namespace)
    }

    /// The member called `name` of the object.
    package subscript(name: String) -> JSON {
        get { json[name] }
        set { json[name] = newValue }
    }

    package var apiVersion: String { json["apiVersion"].string ?? "" }
    package var kind: String { json["kind"].string ?? "" }

    package var metadata: JSON {
        get { json["metadata"] }
        set { json["metadata"] = newValue }
    }
    package var spec: JSON {
        get { json["spec"] }
        set { json["spec"] = newValue }
    }
    package var status: JSON {
        get { json["status"] }
        set { json["status"] = newValue }
    }

    package var name: String { metadata["name"].string ?? "" }
    package var namespace: String? { metadata["namespace"].string }
    package var key: ObjectKey { ObjectKey(namespace: namespace, name: name) }
    package var uid: String { metadata["uid"].string ?? "" }
    package var resourceVersion: String { metadata["resourceVersion"].string ?? "" }
    package var generation: Int { metadata["generation"].int ?? 0 }
    package var labels: [String: String] { metadata["labels"].stringMap }
    package var annotations: [String: String] { metadata["annotations"].stringMap }
    package var finalizers: [String] { metadata["finalizers"].strings }
    package var creationTime: WallTime? { metadata["creationTimestamp"].string.flatMap { WallTime(rfc3339: $0) } }
    /// Whether a delete waits for this object's finalizers or its grace period.
    package var isTerminating: Bool { metadata["deletionTimestamp"].string != nil }

    /// The owner that is marked as the controller, if any.
    package var controller: OwnerReference? { ownerReferences.first(where: \.isController) }
    package var ownerReferences: [OwnerReference] {
        metadata["ownerReferences"].array?.compactMap { OwnerReference($0) } ?? []
    }

    /// Marks `owner` as the controller of this object, deleted with it.
    package mutating func setController(_ owner: KubeObject) {
        metadata["ownerReferences"] = [
            [
                "apiVersion": .string(owner.apiVersion), "kind": .string(owner.kind), "name": .string(owner.name),
                "uid": .string(owner.uid), "controller": true, "blockOwnerDeletion": true,
            ]
        ]
    }
}

/// A reference from a dependent to one of its owners.
package struct OwnerReference: Hashable, Sendable {
    package let apiVersion: String
    package let kind: String
    package let name: String
    package let uid: String
    package let isController: Bool
    package let blocksOwnerDeletion: Bool

    package init?(_ json: JSON) {
        guard let kind = json["kind"].string, let name = json["name"].string, let uid = json["uid"].string else {
            return nil
        }
        apiVersion = json["apiVersion"].string ?? ""
        self.kind = kind
        self.name = name
        self.uid = uid
        isController = json["controller"].bool ?? false
        blocksOwnerDeletion = json["blockOwnerDeletion"].bool ?? false
    }
}
