import Base
import KubeModel

/// A volume of a pod and where its content comes from.
package struct VolumeSpec: Equatable, Sendable {
    /// A key of a ConfigMap or Secret, or a field of the pod, and the file that it becomes.
    struct Item: Equatable, Sendable {
        /// A key, or the whole source of a downward API item.
        let source: JSON
        let path: String
        let mode: UInt32?
    }

    indirect enum Source: Equatable, Sendable {
        case emptyDir
        case hostPath(path: String, type: String)
        case configMap(name: String, items: [Item], isOptional: Bool)
        case secret(name: String, items: [Item], isOptional: Bool)
        case downwardAPI(items: [Item])
        case projected([Source])
        case claim(name: String, isReadOnly: Bool)
        /// A token of the pod's account.
        case serviceAccountToken(path: String, audience: String?, seconds: Int)
    }

    let name: String
    let source: Source
    let defaultMode: UInt32

    init(_ json: JSON) throws(PodDefect) {
        guard let name = json["name"].string, FileName.isSafe(name) else {
            throw PodDefect("a volume has no usable name: \(json["name"].text)")
        }
        self.name = name
        let members = json.object?.filter { $0.key != "name" } ?? [:]
        guard let (kind, body) = members.first, members.count == 1 else {
            throw PodDefect("volume \"\(name)\" must have exactly one source")
        }
        defaultMode = body["defaultMode"].int.flatMap { UInt32(exactly: $0) } ?? 0o644
        source = try VolumeSpec.source(kind, body, volume: name)
    }

    /// Whether it brings a token.
    var holdsToken: Bool {
        guard case .projected(let sources) = source else { return false }
        return sources.contains { if case .serviceAccountToken = $0 { true } else { false } }
    }

    private static func source(_ kind: String, _ body: JSON, volume: String) throws(PodDefect) -> Source {
        switch kind {
        case "emptyDir": return .emptyDir
        case "hostPath":
            guard let path = body["path"].string, path.hasPrefix("/") else {
                throw PodDefect("volume \"\(volume)\" has no absolute host path")
            }
            return .hostPath(path: path, type: body["type"].string ?? "")
        case "persistentVolumeClaim":
            guard let claim = body["claimName"].string else { throw PodDefect("volume \"\(volume)\" names no claim") }
            return .claim(name: claim, isReadOnly: body["readOnly"].bool ?? false)
        case "projected":
            var sources: [Source] = []
            for entry in body["sources"].array ?? [] {
                guard let (kind, body) = entry.object?.first else { continue }
                sources.append(try file(kind, body, nameField: "name", volume: volume))
            }
            return .projected(sources)
        default:
            return try file(kind, body, nameField: kind == "secret" ? "secretName" : "name", volume: volume)
        }
    }

    /// The sources that become files.
    private static func file(
        _ kind: String,
        _ body: JSON,
        nameField: String,
        volume: String
    ) throws(PodDefect) -> Source {
        let isOptional = body["optional"].bool ?? false
        let name = body[nameField].string ?? ""
        switch kind {
        case "configMap":
            return .configMap(name: name, items: try items(body, "key", volume: volume), isOptional: isOptional)
        case "secret":
            return .secret(name: name, items: try items(body, "key", volume: volume), isOptional: isOptional)
        case "downwardAPI": return .downwardAPI(items: try items(body, nil, volume: volume))
        case "serviceAccountToken":
            guard let path = body["path"].string, FileName.isSafePath(path) else {
                throw PodDefect("volume \"\(volume)\" has a token at a path outside of it: \(body["path"].text)")
            }
            let seconds = body["expirationSeconds"].int ?? 3600
            return .serviceAccountToken(path: path, audience: body["audience"].string, seconds: seconds)
        default: throw PodDefect("volume \"\(volume)\" is of kind \(kind), which this node does not mount")
        }
    }

    private static func items(_ body: JSON, _ key: String?, volume: String) throws(PodDefect) -> [Item] {
        try (body["items"].array ?? []).map { item throws(PodDefect) in
            guard let path = item["path"].string, FileName.isSafePath(path) else {
                throw PodDefect("volume \"\(volume)\" has an item with a path outside of it: \(item["path"].text)")
            }
            let mode = item["mode"].int.flatMap { UInt32(exactly: $0) }
            return Item(source: key.map { item[$0] } ?? item, path: path, mode: mode)
        }
    }
}
