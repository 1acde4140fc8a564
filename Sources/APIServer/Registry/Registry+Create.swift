import Base
package import KubeModel

extension Registry {
    /// Stores a new object; `generateName` is completed.
    package func create(
        _ resource: ResourceID,
        namespace: String?,
        _ body: KubeObject,
        _ options: WriteOptions = WriteOptions()
    ) async throws(APIStatus) -> Written {
        let kind = try kind(resource)
        var draft = try Draft(body: body, kind, options)
        guard draft.object.resourceVersion.isEmpty else {
            throw APIStatus(.unknown, "resourceVersion should not be set on objects to be created", code: 500)
        }
        try Identity.settleNamespace(&draft.object, namespace, kind)
        try requireOpenNamespace(draft.object, kind)
        try Identity.settleName(&draft.object, kind)
        NewMetadata.stamp(&draft.object, kind.stored, now: time.wall())
        let reserved = try await complete(&draft.object, kind, options, &draft.warnings)
        defer { addresses.release(reserved) }
        guard !options.isDryRun else { return Written(object: kind.present(draft.object), warnings: draft.warnings) }
        let object = try await storeNew(draft.object, kind, options)
        return Written(object: kind.present(object), warnings: draft.warnings)
    }

    /// Defaults, preparation, admission and validation of a new object.
    private func complete(
        _ object: inout KubeObject,
        _ kind: ServedKind,
        _ options: WriteOptions,
        _ warnings: inout [String]
    ) async throws(APIStatus) -> ServiceAddresses.Reservation {
        let type = kind.stored
        if type.hasStatus, !NewMetadata.keepsStatus(type.id) { object.status = .null }
        type.applyDefaults(&object)
        type.prepareForCreate(&object)
        let context = context(.create, options)
        try await admission.mutate(&object, nil, type.id, context)
        let reserved = try addresses.complete(&object, old: nil, type, in: store)
        do throws(APIStatus) {
            if type.id == .customResourceDefinitions { object = CustomResources.establish(object, now: time.wall()) }
            try refuse(type.validate(object, nil), of: object, kind)
            warnings += try await admission.validate(object, nil, type.id, context)
        } catch {
            addresses.release(reserved)
            throw error
        }
        return reserved
    }

    /// Commits a new object; a generated name that is taken is drawn anew.
    private func storeNew(
        _ object: KubeObject,
        _ kind: ServedKind,
        _ options: WriteOptions
    ) async throws(APIStatus) -> KubeObject {
        var object = object
        let prefix = object.metadata["generateName"].string ?? ""
        let isGenerated = !prefix.isEmpty && object.name.hasPrefix(prefix)
        var attempts = isGenerated ? APIServerLimits.generatedNamesMax : 1
        while true {
            let write = StoreWrite(
                kind.key(object.key),
                expected: .absent,
                object: object,
                durability: options.durability(of: object, kind.stored)
            )
            do throws(CommitFault) {
                let stored = try await commit(write, kind).object
                if kind.stored.id == .customResourceDefinitions { serve(stored) }
                return stored
            } catch {
                attempts -= 1
                let status = error.status ?? .alreadyExists(kind.id, object.name)
                guard status.reason == .alreadyExists, attempts > 0 else { throw status }
                object.metadata["name"] = .string(prefix + RandomName.suffix())
            }
        }
    }

    /// New objects need a namespace that is there and not about to go.
    private func requireOpenNamespace(_ object: KubeObject, _ kind: ServedKind) throws(APIStatus) {
        guard let name = object.namespace else { return }
        let key = StoreKey(collection: ResourceID.namespaces.qualified, object: ObjectKey(name: name))
        guard let namespace = store.get(key)?.object else { throw .notFound(.namespaces, name) }
        guard namespace.isTerminating else { return }
        let why = "unable to create new content in namespace \(name) because it is being terminated"
        let refusal = APIStatus.forbidden(kind.id, object.name, why)
        var details = refusal.details
        details["causes"] = [
            [
                "reason": "NamespaceTerminating", "message": .string("namespace \(name) is being terminated"),
                "field": "metadata.namespace",
            ]
        ]
        throw APIStatus(.forbidden, refusal.message, details: details)
    }

    func refuse(_ faults: [FieldFault], of object: KubeObject, _ kind: ServedKind) throws(APIStatus) {
        guard faults.isEmpty else {
            throw .invalid(kind: kind.served.kind, group: kind.id.group, name: object.name, faults)
        }
    }

    func context(_ operation: AdmissionContext.Operation, _ options: WriteOptions) -> AdmissionContext {
        AdmissionContext(
            operation: operation,
            isDryRun: options.isDryRun,
            api: InProcessAPI(self),
            now: time.wall()
        )
    }
}

/// The metadata that the server alone gives to an object.
enum NewMetadata {
    static func stamp(_ object: inout KubeObject, _ type: ResourceType, now: WallTime) {
        var metadata = object.metadata.withoutNulls
        for name in ["deletionTimestamp", "deletionGracePeriodSeconds", "selfLink", "managedFields", "generation"] {
            metadata[name] = .null
        }
        metadata["uid"] = .string(RandomName.uuid())
        metadata["creationTimestamp"] = .string(now.rfc3339)
        if type.generation != .none { metadata["generation"] = 1 }
        object.metadata = metadata
    }

    /// A node registers with its status in one write, as the kubelet does.
    static func keepsStatus(_ resource: ResourceID) -> Bool { resource == .nodes }
}
