import Base
import KubeClient
import KubeModel
import Net

/// One request about stored objects: its verb in terms of the registry, and the registry's answer in HTTP's.
struct ObjectRequests {
    let registry: Registry
    let request: HTTPRequest

    static let notAllowed = APIStatus(
        .methodNotAllowed,
        "the server does not allow this method on the requested resource",
        details: .emptyObject
    )

    /// A request to a collection.
    func collection(_ id: ResourceID, _ namespace: String?) async throws(APIStatus) -> HTTPReply {
        guard registry.serves(group: id.group, version: id.version) else { return .found(nil) }
        let type = try registry.kind(id).served
        guard type.isNamespaced || namespace == nil else { throw Registry.noSuchResource }
        if type.computed != nil, request.method != "GET" || request.flag("watch") { throw ObjectRequests.notAllowed }
        switch request.method {
        case "GET": return try request.flag("watch") ? watch(type, namespace) : list(type, namespace)
        case "POST":
            guard type.isNamespaced == (namespace != nil) else { throw ObjectRequests.notAllowed }
            return try await create(type, namespace)
        case "DELETE":
            guard type.id != .namespaces else { throw ObjectRequests.notAllowed }
            return try await deleteCollection(type, namespace)
        default: throw ObjectRequests.notAllowed
        }
    }

    /// A request to an object or one of its subresources.
    func object(_ id: ResourceID, _ key: ObjectKey, _ subresource: String?) async throws(APIStatus) -> HTTPReply {
        guard registry.serves(group: id.group, version: id.version) else { return .found(nil) }
        let type = try registry.kind(id).served
        guard type.isNamespaced == (key.namespace != nil) else { throw Registry.noSuchResource }
        if type.computed != nil, request.method != "GET" { throw ObjectRequests.notAllowed }
        switch request.method {
        case "GET":
            try request.checkVersion(request.query("resourceVersion") ?? "", registry.currentVersion)
            return .json(try writer(type).object(try registry.get(id, key, subresource: subresource)))
        case "PUT": return try await update(type, key, subresource)
        case "PATCH": return try await patch(type, key, subresource)
        case "DELETE" where subresource == nil: return try await delete(type, key)
        default: throw ObjectRequests.notAllowed
        }
    }

    private func writer(_ type: ResourceType) throws(APIStatus) -> ObjectWriter {
        let form = try AnswerForm(accept: request.headers["accept"], included: request.query("includeObject"))
        return ObjectWriter(type: type, form: form, now: registry.time.wall())
    }

    private func written(_ written: Written, _ type: ResourceType, status: Int = 200) throws(APIStatus) -> HTTPReply {
        .json(try writer(type).object(written.object), status: status, warnings: written.warnings)
    }

    private func list(_ type: ResourceType, _ namespace: String?) throws(APIStatus) -> HTTPReply {
        let writer = try writer(type)
        let options = try request.listOptions(current: registry.currentVersion)
        return .bytes(writer.list(try registry.list(type.id, namespace: namespace, options)))
    }

    private func watch(_ type: ResourceType, _ namespace: String?) throws(APIStatus) -> HTTPReply {
        let writer = try writer(type)
        let options = try request.listOptions(current: registry.currentVersion)
        let seconds = try request.number("timeoutSeconds").map { Duration.seconds(min(max(1, $0), 1 << 30)) }
        let reply = WatchReply(
            writer: writer,
            timeLimit: min(seconds ?? APIServerLimits.watchTime, APIServerLimits.watchTimeMax),
            wantsBookmarks: request.flag("allowWatchBookmarks"),
            time: registry.time
        )
        do throws(APIStatus) {
            let events = try registry.watch(
                type.id,
                namespace: namespace,
                options,
                initialEventsEnd: request.flag("sendInitialEvents"),
                bookmarks: request.flag("allowWatchBookmarks")
            )
            return reply.stream(events)
        } catch {
            // Told inside the stream, where clients look for it.
            guard error.reason == .expired else { throw error }
            return reply.ended(by: error)
        }
    }

    private func create(_ type: ResourceType, _ namespace: String?) async throws(APIStatus) -> HTTPReply {
        let body = try RequestBody(request, kind: type.kind)
        let options = try request.writeOptions("CreateOptions", duplicates: body.duplicates)
        let made = try await registry.create(type.id, namespace: namespace, KubeObject(body.json), options)
        return try written(made, type, status: 201)
    }

    private func update(
        _ type: ResourceType,
        _ key: ObjectKey,
        _ subresource: String?
    ) async throws(APIStatus) -> HTTPReply {
        let body = try RequestBody(request, kind: subresource == "scale" ? "Scale" : type.kind)
        let options = try request.writeOptions("UpdateOptions", duplicates: body.duplicates)
        let object = KubeObject(body.json)
        return try written(
            try await registry.update(type.id, key, object, subresource: subresource, options),
            type
        )
    }

    private func patch(
        _ type: ResourceType,
        _ key: ObjectKey,
        _ subresource: String?
    ) async throws(APIStatus) -> HTTPReply {
        let (patch, duplicates) = try PatchBody.read(request, type)
        let options = try request.writeOptions("PatchOptions", duplicates: duplicates)
        return try written(
            try await registry.patch(type.id, key, patch, subresource: subresource, options),
            type
        )
    }

    private func delete(_ type: ResourceType, _ key: ObjectKey) async throws(APIStatus) -> HTTPReply {
        let (options, isDryRun) = try request.deleteOptions()
        let deleted = try await registry.delete(type.id, key, options, isDryRun: isDryRun)
        guard case .gone(let last) = deleted, !ObjectRequests.answersWithObject.contains(type.id) else {
            return .json(try writer(type).object(deleted.object))
        }
        var details: JSON = ["name": .string(last.name), "kind": .string(type.id.plural), "uid": .string(last.uid)]
        if !type.id.group.isEmpty { details["group"] = .string(type.id.group) }
        return .json([
            "kind": "Status", "apiVersion": "v1", "metadata": .emptyObject, "status": "Success", "details": details,
        ])
    }

    /// Kinds whose delete answers with the object even when it is gone.
    private static let answersWithObject: Set<ResourceID> = [
        .pods, .services, .serviceAccounts, .persistentVolumes, .persistentVolumeClaims,
    ]

    private func deleteCollection(_ type: ResourceType, _ namespace: String?) async throws(APIStatus) -> HTTPReply {
        let selection = try request.listOptions(current: registry.currentVersion)
        let (options, isDryRun) = try request.deleteOptions()
        let list = try await registry.deleteCollection(
            type.id,
            namespace: namespace,
            selection,
            options,
            isDryRun: isDryRun
        )
        return .bytes(try writer(type).list(list))
    }
}

extension ObjectRequests {
    /// Deletes a pod on request of whoever empties a node.
    func evict(_ key: ObjectKey) async throws(APIStatus) -> HTTPReply {
        guard request.method == "POST" else { throw ObjectRequests.notAllowed }
        let body = try RequestBody(request, kind: "Eviction").json
        var options = DeleteOptions()
        options.gracePeriodSeconds = body["deleteOptions"]["gracePeriodSeconds"].int
        options.uid = body["deleteOptions"]["preconditions"]["uid"].string
        _ = try await registry.delete(.pods, key, options)
        let success: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": .emptyObject, "status": "Success", "code": 201,
        ]
        return .json(success, status: 201)
    }

    /// A token for a service account.
    func token(_ key: ObjectKey) throws(APIStatus) -> HTTPReply {
        guard request.method == "POST" else { throw ObjectRequests.notAllowed }
        let body = try RequestBody(request, kind: "TokenRequest").json
        return .json(try registry.issueToken(for: key, body), status: 201)
    }
}

/// The body of a PATCH by its content type.
enum PatchBody {
    static func read(_ request: HTTPRequest, _ type: ResourceType) throws(APIStatus) -> (Patch, [String]) {
        let name = request.headers["content-type"].map { MediaType($0).name } ?? ""
        let make: (JSON) -> Patch
        switch name {
        case "application/merge-patch+json": make = Patch.merge
        case "application/json-patch+json": make = Patch.json
        case "application/strategic-merge-patch+json": make = Patch.strategic
        default: throw APIStatus(.unsupportedMediaType, "415: Unsupported Media Type", details: .emptyObject)
        }
        var plain = request
        plain.headers["content-type"] = "application/json"
        let body = try RequestBody(plain, kind: type.kind)
        if name == "application/json-patch+json" { return (make(body.json), []) }
        guard body.json.object != nil else {
            throw .badRequest("the patch of \(type.kind) must be a JSON object, was \(body.json.kindName)")
        }
        return (make(body.json), body.duplicates)
    }
}
