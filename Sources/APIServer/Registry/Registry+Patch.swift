import Base
package import KubeClient
package import KubeModel

extension Registry {
    /// Changes an object, its `status` or its `scale` by a patch of the version that the client speaks.
    package func patch(
        _ resource: ResourceID,
        _ key: ObjectKey,
        _ patch: Patch,
        subresource: String? = nil,
        _ options: WriteOptions = WriteOptions()
    ) async throws(APIStatus) -> Written {
        let kind = try kind(resource)
        try check(subresource, of: kind)
        if subresource == "scale" {
            return try await rewriteScale(kind, key, options) { scale throws(APIStatus) in
                KubeObject(try patch.applied(to: scale.json, schema: .any))
            }
        }
        if case .strategic = patch, kind.served.isCustom { throw Registry.noStrategicPatch }
        return try await rewrite(kind, key, subresource, options) { current throws(APIStatus) in
            let before = kind.present(current)
            let after = KubeObject(try patch.applied(to: before.json, schema: kind.served.schema))
            try Registry.checkPatched(after, before, kind)
            return try Draft(patched: after, over: before, patch: patch.content, kind, options)
        }
    }

    /// A patch must leave the object the one it is; a version that it names must be the present one.
    private static func checkPatched(_ after: KubeObject, _ before: KubeObject, _ kind: ServedKind) throws(APIStatus) {
        guard after.name == before.name else {
            throw .badRequest(
                "the name of the object (\(after.name)) does not match the name on the URL (\(before.name))"
            )
        }
        guard after.namespace == before.namespace else {
            throw .badRequest(
                "the namespace of the provided object does not match the namespace sent on the request"
            )
        }
        guard after.kind == before.kind, after.apiVersion == before.apiVersion else {
            throw .badRequest("a patch cannot change the kind or the apiVersion of an object")
        }
        guard after.resourceVersion == before.resourceVersion || after.resourceVersion.isEmpty else {
            throw .conflict(kind.id, before.name)
        }
        guard after.uid == before.uid || after.uid.isEmpty else {
            let why = "Precondition failed: UID in precondition: \(after.uid), UID in object meta: \(before.uid)"
            throw .conflict(kind.id, before.name, why)
        }
    }

    private static let noStrategicPatch = APIStatus(
        .unsupportedMediaType,
        "the body of the request was in an unknown format - accepted media types include: "
            + "application/json-patch+json, application/merge-patch+json, application/apply-patch+yaml"
    )
}

extension Patch {
    /// The patch itself.
    var content: JSON {
        switch self {
        case .merge(let json), .json(let json), .strategic(let json): json
        }
    }

    func applied(to json: JSON, schema: Schema) throws(APIStatus) -> JSON {
        switch self {
        case .merge(let patch): try MergePatch.apply(patch, to: json)
        case .json(let patch): try JSONPatch.apply(patch, to: json)
        case .strategic(let patch): try StrategicMergePatch.apply(patch, to: json, schema: schema)
        }
    }
}
