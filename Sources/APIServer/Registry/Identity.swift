import Base
import KubeModel

/// An object's name and namespace against what the request says.
enum Identity {
    /// The request's namespace fills the object's; a different one is refused, one in a cluster's object is dropped.
    static func settleNamespace(_ object: inout KubeObject, _ requested: String?, _ kind: ServedKind) throws(APIStatus)
    {
        guard kind.served.isNamespaced else {
            object.metadata["namespace"] = .null
            return
        }
        let given = object.namespace ?? ""
        guard let requested, !requested.isEmpty else {
            throw .badRequest("an empty namespace may not be set during creation")
        }
        guard given.isEmpty || given == requested else {
            throw .badRequest(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        }
        object.metadata["namespace"] = .string(requested)
    }

    /// Completes `generateName`; an object without any name is refused.
    static func settleName(_ object: inout KubeObject, _ kind: ServedKind) throws(APIStatus) {
        guard object.name.isEmpty else { return }
        let prefix = object.metadata["generateName"].string ?? ""
        guard !prefix.isEmpty else {
            let fault = FieldFault.required("metadata.name", "name or generateName is required")
            throw .invalid(kind: kind.served.kind, group: kind.id.group, name: "", [fault])
        }
        object.metadata["name"] = .string(prefix + RandomName.suffix())
    }

    /// The name and namespace of a replacement must be those of the request.
    static func checkReplacement(_ object: inout KubeObject, _ key: ObjectKey, _ kind: ServedKind) throws(APIStatus) {
        if object.name.isEmpty { object.metadata["name"] = .string(key.name) }
        guard object.name == key.name else {
            throw .badRequest(
                "the name of the object (\(object.name)) does not match the name on the URL (\(key.name))"
            )
        }
        if kind.served.isNamespaced { try settleNamespace(&object, key.namespace, kind) }
    }
}
