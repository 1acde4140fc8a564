import Base
import KubeClient
import KubeKinds
import KubeModel

extension Command {
    static let apply = Command(
        "apply",
        "-f FILE",
        summary: "create objects from manifests, or change them to what the manifests say",
        details: """
              roost apply -f examples/iris.yaml
              cat *.yaml | roost apply -f -

            Fields that others have set, and the manifests do not name, stay as they are.
            """,
        flags: ClientSession.flags + [
            Flag(
                "filename",
                short: "f",
                "FILE",
                "a file, a folder, or - for standard input; may be given several times"
            )
        ],
        run: { invocation in
            let files = invocation.all("filename")
            guard !files.isEmpty, invocation.arguments.isEmpty else { throw Misuse("-f FILE says what to apply") }
            let objects = try files.flatMap { try Manifest.objects(at: $0) }
            let session = try ClientSession(invocation)
            for object in objects {
                // Read anew for every object: a manifest may bring the kind that its next document is of.
                let entry = try await ResourceDirectory(session.api).find(of: object)
                let result = try await Applying(session, entry).apply(object)
                Output.write("\(entry.resource.qualified)/\(object.name) \(result)\n")
            }
        }
    )
}

/// Applies one object of one kind by the rules of kubectl's own apply: a three-way merge over what was applied last.
private struct Applying {
    private static let lastApplied = "kubectl.kubernetes.io/last-applied-configuration"
    private let session: ClientSession
    private let entry: ResourceDirectory.Entry

    init(_ session: ClientSession, _ entry: ResourceDirectory.Entry) {
        self.session = session
        self.entry = entry
    }

    func apply(_ manifest: KubeObject) async throws -> String {
        var object = manifest
        if entry.isNamespaced, object.namespace == nil { object.metadata["namespace"] = .string(session.namespace) }
        let modified = withLastApplied(object)
        guard let live = try await session.api.find(entry.resource, object.key) else {
            _ = try await send("POST", entry.resource.path(namespace: object.namespace), modified.json)
            return "created"
        }
        let patch = try makePatch(modified, live)
        if patch.body == .emptyObject { return "unchanged" }
        let path = entry.resource.path(namespace: object.namespace, name: object.name)
        let stored = try await send("PATCH", path, patch.body, contentType: patch.contentType)
        // The server may spell a field in its own way: what it stored says whether anything changed.
        return KubeObject(stored).resourceVersion == live.resourceVersion ? "unchanged" : "configured"
    }

    private func withLastApplied(_ object: KubeObject) -> KubeObject {
        var plain = object
        plain.metadata[path: ["annotations", Applying.lastApplied]] = .null
        var annotated = plain
        annotated.metadata[path: ["annotations", Applying.lastApplied]] = .string(plain.json.text + "\n")
        return annotated
    }

    private func makePatch(_ modified: KubeObject, _ live: KubeObject) throws -> Patch {
        let applied = live.annotations[Applying.lastApplied].flatMap { try? JSON.parse($0) } ?? .emptyObject
        guard let kind = BuiltInKinds.all.first(where: { $0.id == entry.resource }), !kind.isCustom else {
            return .merge(MergePatch.make(lastApplied: applied, modified: modified.json, current: live.json))
        }
        return .strategic(
            try StrategicMergePatch.make(
                lastApplied: applied,
                modified: modified.json,
                current: live.json,
                schema: kind.schema
            )
        )
    }

    private func send(_ method: String, _ path: String, _ body: JSON, contentType: String = "application/json")
        async throws -> JSON
    {
        let query = [(name: "fieldManager", value: "roost-apply"), (name: "fieldValidation", value: "Strict")]
        return try await session.api.send(method, path, query: query, contentType: contentType, body: body)
    }
}
