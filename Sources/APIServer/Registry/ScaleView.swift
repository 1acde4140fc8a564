import Base
import KubeModel

/// The `scale` of an object: its replica numbers in the one form that all kinds share.
enum ScaleView {
    /// The Scale object of a kind that has one.
    static func scale(of object: KubeObject, _ type: ResourceType) throws(APIStatus) -> KubeObject {
        guard let paths = type.scale else {
            throw Registry.noSuchResource
        }
        var scale = KubeObject(["apiVersion": "autoscaling/v1", "kind": "Scale"])
        for name in ["name", "namespace", "uid", "resourceVersion", "creationTimestamp"] {
            scale.metadata[name] = object.metadata[name]
        }
        let wanted = object.json[path: paths.specReplicas].int
        scale.spec = wanted.map { $0 == 0 ? .emptyObject : ["replicas": .int(Int64($0))] } ?? .emptyObject
        scale.status = ["replicas": .int(Int64(object.json[path: paths.statusReplicas].int ?? 0))]
        scale.status["selector"] = try selector(object.json[path: paths.labelSelector])
        return scale
    }

    /// A selector as text, whether the kind keeps it as text or as a structure.
    private static func selector(_ json: JSON) throws(APIStatus) -> JSON {
        switch json {
        case .object: .string(try LabelSelector(json: json).description)
        default: json
        }
    }

    /// The object with the number of replicas that a Scale asks for.
    static func apply(_ scale: KubeObject, to object: KubeObject, _ type: ResourceType) throws(APIStatus) -> KubeObject
    {
        guard let paths = type.scale else { return object }
        let wanted = scale.spec["replicas"]
        guard wanted.isNull || wanted.int != nil else {
            throw .badRequest(
                "Scale in version \"v1\" cannot be handled as a Scale: json: cannot unmarshal \(wanted.kindName) into "
                    + "Go struct field ScaleSpec.spec.replicas of type int32"
            )
        }
        let replicas = wanted.int ?? 0
        guard replicas >= 0 else {
            let fault = FieldFault.invalid("spec.replicas", wanted, "must be greater than or equal to 0")
            throw .invalid(kind: "Scale", group: "autoscaling", name: object.name, [fault])
        }
        var object = object
        object.json[path: paths.specReplicas] = .int(Int64(replicas))
        return object
    }
}

extension Registry {
    /// Changes the replicas of an object by what `make` makes of its Scale.
    func rewriteScale(
        _ kind: ServedKind,
        _ key: ObjectKey,
        _ options: WriteOptions,
        _ make: (KubeObject) throws(APIStatus) -> KubeObject
    ) async throws(APIStatus) -> Written {
        let written = try await rewrite(kind, key, nil, options, .processDeath) { current throws(APIStatus) in
            let before = try ScaleView.scale(of: current, kind.stored)
            let after = try make(before)
            let version = after.resourceVersion
            guard version.isEmpty || version == before.resourceVersion else { throw .conflict(kind.id, key.name) }
            guard after.name.isEmpty || after.name == key.name else {
                throw .badRequest(
                    "the name of the object (\(after.name)) does not match the name on the URL (\(key.name))"
                )
            }
            return Draft(stored: try ScaleView.apply(after, to: current, kind.stored))
        }
        let object = try ScaleView.scale(of: kind.storable(written.object), kind.stored)
        return Written(object: object, warnings: written.warnings)
    }
}
