import Base
package import KubeModel

extension Registry {
    /// Replaces an object, its `status`, or the numbers of its `scale`.
    package func update(
        _ resource: ResourceID,
        _ key: ObjectKey,
        _ body: KubeObject,
        subresource: String? = nil,
        _ options: WriteOptions = WriteOptions()
    ) async throws(APIStatus) -> Written {
        let kind = try kind(resource)
        try check(subresource, of: kind)
        if subresource == "scale" {
            return try await rewriteScale(kind, key, options) { _ throws(APIStatus) in body }
        }
        let known = store.get(kind.key(key)).map { kind.present($0.object) }
        var draft = try Draft(body: body, over: known, kind, options)
        try Identity.checkReplacement(&draft.object, key, kind)
        let replacement = draft
        return try await rewrite(kind, key, subresource, options) { current throws(APIStatus) in
            try Precondition.check(replacement: replacement.object, of: current, kind)
            return replacement
        }
    }

    /// Changes an object by what `make` makes of its present state; tried anew when the state changes meanwhile.
    ///
    /// - Parameter wanted: how much the change must outlive, where that is not as for other changes of the object.
    func rewrite(
        _ kind: ServedKind,
        _ key: ObjectKey,
        _ subresource: String?,
        _ options: WriteOptions,
        _ wanted: ResourceType.Durability? = nil,
        _ make: (KubeObject) throws(APIStatus) -> Draft
    ) async throws(APIStatus) -> Written {
        for _ in 0..<APIServerLimits.updateAttemptsMax {
            let current = try stored(kind, key)
            var draft = try make(current.object)
            var object = Replacement.merge(draft.object, into: current.object, kind.stored, subresource)
            let reserved = try await complete(&object, current.object, kind, subresource, options, &draft.warnings)
            defer { addresses.release(reserved) }
            let written = { Written(object: kind.present($0), warnings: draft.warnings) }
            if object == current.object || options.isDryRun { return written(object) }
            let write = StoreWrite(
                kind.key(key),
                expected: .revision(current.revision),
                object: Deletion.isDone(object) ? nil : object,
                durability: wanted ?? options.durability(of: object, kind.stored, subresource: subresource)
            )
            do throws(CommitFault) {
                let stored = try await commit(write, kind).object
                if kind.stored.id == .customResourceDefinitions { await follow(write, stored) }
                return written(write.object == nil ? object : stored)
            } catch {
                if let status = error.status { throw status }
            }
        }
        throw .conflict(kind.id, key.name)
    }

    /// Defaults, preparation, admission and validation of a changed object.
    private func complete(
        _ object: inout KubeObject,
        _ old: KubeObject,
        _ kind: ServedKind,
        _ subresource: String?,
        _ options: WriteOptions,
        _ warnings: inout [String]
    ) async throws(APIStatus) -> ServiceAddresses.Reservation {
        let type = kind.stored
        type.applyDefaults(&object)
        var reserved = ServiceAddresses.Reservation()
        let context = context(.update, options)
        if subresource == nil {
            type.prepareForUpdate(&object, old)
            if object == old { return reserved }
            try await admission.mutate(&object, old, type.id, context)
            reserved = try addresses.complete(&object, old: old, type, in: store)
        }
        do throws(APIStatus) {
            if object == old { return reserved }
            try Replacement.checkFinalizers(object, old, kind)
            try refuse(type.validate(object, old), of: object, kind)
            if subresource == nil { warnings += try await admission.validate(object, old, type.id, context) }
        } catch {
            addresses.release(reserved)
            throw error
        }
        if subresource != "status" { Replacement.countGeneration(&object, old, type.generation) }
        return reserved
    }
}

/// What a writer may change of an object, as pure decisions.
enum Replacement {
    /// The metadata that no writer changes.
    private static let fixedMetadata = [
        "name", "namespace", "uid", "creationTimestamp", "deletionTimestamp", "deletionGracePeriodSeconds",
        "generation",
        "resourceVersion", "generateName", "selfLink", "managedFields",
    ]

    /// The state that a write asks for: a main write leaves status alone, a status write everything else.
    static func merge(
        _ wanted: KubeObject,
        into current: KubeObject,
        _ type: ResourceType,
        _ subresource: String?
    ) -> KubeObject {
        switch subresource {
        case "status":
            var object = current
            object.status = wanted.status
            // A Deployment's controller writes the revision along with the status: no change that asks for a rollout.
            if type.generation == .onSpecAndAnnotations {
                object.metadata["annotations"] = wanted.metadata["annotations"]
            }
            return object
        case "finalize":
            var object = current
            object.spec["finalizers"] = wanted.spec["finalizers"]
            return object
        default:
            var object = wanted
            var metadata = wanted.metadata.withoutNulls
            for name in fixedMetadata { metadata[name] = current.metadata[name] }
            object.metadata = metadata
            if type.hasStatus { object.status = current.status }
            return object
        }
    }

    /// A change of what the user asks for counts; metadata and status do not, but a Deployment's annotations do.
    static func countGeneration(_ object: inout KubeObject, _ old: KubeObject, _ rule: ResourceType.GenerationRule) {
        let aside: Set = ["metadata", "status", "apiVersion", "kind"]
        func wanted(_ object: KubeObject) -> [String: JSON] {
            (object.json.object ?? [:]).filter { !aside.contains($0.key) }
        }
        let isChanged =
            switch rule {
            case .none: false
            case .onSpec: wanted(object) != wanted(old)
            case .onSpecAndAnnotations: wanted(object) != wanted(old) || object.annotations != old.annotations
            }
        if isChanged { object.metadata["generation"] = .int(Int64(old.generation + 1)) }
    }

    /// An object that is being deleted can lose finalizers, not gain them.
    static func checkFinalizers(_ object: KubeObject, _ old: KubeObject, _ kind: ServedKind) throws(APIStatus) {
        guard old.isTerminating else { return }
        let added = object.finalizers.filter { !old.finalizers.contains($0) }
        guard !added.isEmpty else { return }
        let names = added.map { "\"\($0)\"" }.joined(separator: ", ")
        let why =
            "no new finalizers can be added if the object is being deleted, found new finalizers []string{\(names)}"
        let fault = FieldFault.forbidden("metadata.finalizers", why)
        throw .invalid(kind: kind.served.kind, group: kind.id.group, name: object.name, [fault])
    }
}

/// What must hold of the present object for a write or a delete to go on.
enum Precondition {
    static func check(replacement: KubeObject, of current: KubeObject, _ kind: ServedKind) throws(APIStatus) {
        let name = current.name
        let uid = replacement.uid
        guard uid.isEmpty || uid == current.uid else {
            throw .conflict(
                kind.id,
                name,
                "Precondition failed: UID in precondition: \(uid), UID in object meta: \(current.uid)"
            )
        }
        let version = replacement.resourceVersion
        if version.isEmpty || version == "0" {
            guard kind.served.isCustom else { return }
            let fault = FieldFault.invalid("metadata.resourceVersion", 0, "must be specified for an update")
            throw .invalid(kind: kind.id.plural, group: kind.id.group, name: name, [fault])
        }
        guard version == current.resourceVersion else { throw .conflict(kind.id, name) }
    }

    static func check(uid: String?, version: String?, of current: KubeObject, _ kind: ServedKind) throws(APIStatus) {
        func refusal(_ why: String) -> APIStatus {
            let subject = "\(kind.served.kind)\(kind.id.group.isEmpty ? "" : ".\(kind.id.group)")"
            let message = "Operation cannot be fulfilled on \(subject) \"\(current.name)\": \(why)"
            return APIStatus(
                .conflict,
                message,
                details: ["name": .string(current.name), "kind": .string(kind.served.kind)]
            )
        }
        if let uid, uid != current.uid {
            throw refusal(
                "the UID in the precondition (\(uid)) does not match the UID in record (\(current.uid)). "
                    + "The object might have been deleted and then recreated"
            )
        }
        if let version, version != current.resourceVersion {
            throw refusal(
                "the ResourceVersion in the precondition (\(version)) does not match the ResourceVersion in record "
                    + "(\(current.resourceVersion)). The object might have been modified"
            )
        }
    }
}
