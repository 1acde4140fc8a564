import Base
import CLinux
import KubeClient
import KubeModel

/// Brings a pod's volumes to the machine: a folder for each, filled from what the API says.
struct VolumeMounter: Sendable {
    let sources: SourceReader
    /// `DIR/pods/<uid>/volumes`
    let folder: String
    private let machine = MachineFolders()

    /// The folder (or file) of every volume, by the volume's name.
    func mount(_ volumes: [VolumeSpec], fields: PodFields) async throws -> [String: String] {
        var paths: [String: String] = [:]
        for volume in volumes {
            do {
                paths[volume.name] = try await mount(volume, fields)
            } catch {
                throw PodDefect("MountVolume.SetUp failed for volume \"\(volume.name)\" : \(error)")
            }
        }
        return paths
    }

    private func mount(_ volume: VolumeSpec, _ fields: PodFields) async throws -> String {
        let path = "\(folder)/\(volume.name)"
        switch volume.source {
        case .hostPath(let path, let type): return try hostPath(path, type)
        case .claim(let name, _): return try await claim(name, fields.pod.namespace)
        case .emptyDir:
            try machine.make(path)
            chmod(path, 0o777)
        case .configMap, .secret, .downwardAPI, .projected, .serviceAccountToken:
            try machine.make(path)
            for file in try await files(of: volume.source, fields) {
                try write(file, below: path, mode: volume.defaultMode)
            }
        }
        return path
    }

    /// A file of a volume.
    private struct File {
        let path: String
        let bytes: [UInt8]
        let mode: UInt32?
    }

    private func files(of source: VolumeSpec.Source, _ fields: PodFields) async throws -> [File] {
        switch source {
        case .configMap(let name, let items, let isOptional):
            return try await files(of: .configMap(name), items, isOptional, fields.pod.namespace)
        case .secret(let name, let items, let isOptional):
            return try await files(of: .secret(name), items, isOptional, fields.pod.namespace)
        case .downwardAPI(let items): return try items.map { try downward($0, fields) }
        case .projected(let sources):
            var all: [File] = []
            for source in sources { all += try await files(of: source, fields) }
            return all
        case .serviceAccountToken(let path, let audience, let seconds):
            return [File(path: path, bytes: try await token(audience, seconds, fields.pod), mode: nil)]
        case .emptyDir, .hostPath, .claim: return []
        }
    }

    private func files(
        of name: SourceName,
        _ items: [VolumeSpec.Item],
        _ isOptional: Bool,
        _ namespace: String?
    ) async throws -> [File] {
        guard let data = try await sources.read(name, namespace: namespace) else {
            if isOptional { return [] }
            throw PodDefect("\(name.text) not found")
        }
        if items.isEmpty {
            return data.filter { FileName.isSafe($0.key) }.map { File(path: $0.key, bytes: $0.value, mode: nil) }
        }
        return try items.compactMap { item in
            guard let bytes = data[item.source.string ?? ""] else {
                if isOptional { return nil }
                throw PodDefect("\(name.text) references non-existent config key: \(item.source.string ?? "")")
            }
            return File(path: item.path, bytes: bytes, mode: item.mode)
        }
    }

    /// A token of the pod's account, which ends with the pod.
    private func token(_ audience: String?, _ seconds: Int, _ pod: KubeObject) async throws -> [UInt8] {
        let account = ObjectKey(namespace: pod.namespace, name: pod.spec["serviceAccountName"].string ?? "default")
        var wish: JSON = [
            "expirationSeconds": .int(Int64(seconds)),
            "boundObjectRef": [
                "apiVersion": "v1", "kind": "Pod", "name": .string(pod.name), "uid": .string(pod.uid),
            ],
        ]
        if let audience { wish["audiences"] = [.string(audience)] }
        let request: JSON = ["apiVersion": "authentication.k8s.io/v1", "kind": "TokenRequest", "spec": wish]
        let answer = try await sources.api.createToken(for: account, request)
        return Array((answer["status"]["token"].string ?? "").utf8)
    }

    private func downward(_ item: VolumeSpec.Item, _ fields: PodFields) throws -> File {
        let path = item.source["fieldRef"]["fieldPath"].string ?? ""
        guard let value = fields.value(path) else { throw PodDefect("no such field: \(item.source.text)") }
        return File(path: item.path, bytes: Array(value.utf8), mode: item.mode)
    }

    private func write(_ file: File, below folder: String, mode: UInt32) throws {
        guard file.bytes.count <= NodeLimits.volumeFileBytesMax else {
            throw PodDefect(
                "\(file.path) has \(file.bytes.count) bytes, at most \(NodeLimits.volumeFileBytesMax) are written"
            )
        }
        let path = "\(folder)/\(file.path)"
        try machine.make(String(path[..<(path.lastIndex(of: "/") ?? path.endIndex)]))
        try machine.write(file.bytes, to: path, mode: file.mode ?? mode)
    }
}

// MARK: - Folders of the machine

extension VolumeMounter {
    private func hostPath(_ path: String, _ type: String) throws -> String {
        let kind = machine.resolvedKind(of: path)
        switch type {
        case "", "DirectoryOrCreate":
            if kind == nil { try machine.make(path) }
            if type == "DirectoryOrCreate", kind != nil, kind != .folder {
                throw PodDefect("hostPath type check failed: \(path) is not a directory")
            }
        case "Directory":
            guard kind == .folder else { throw PodDefect("hostPath type check failed: \(path) is not a directory") }
        case "FileOrCreate":
            if kind == nil { try machine.write([], to: path, mode: 0o644) }
            if kind == .folder { throw PodDefect("hostPath type check failed: \(path) is not a file") }
        case "File":
            guard kind == .file else { throw PodDefect("hostPath type check failed: \(path) is not a file") }
        case "Socket", "CharDevice", "BlockDevice":
            guard kind == .other else { throw PodDefect("hostPath type check failed: \(path) is no \(type)") }
        default: throw PodDefect("hostPath type \(type) is unknown")
        }
        return path
    }

    private func claim(_ name: String, _ namespace: String?) async throws -> String {
        let key = ObjectKey(namespace: namespace, name: name)
        guard let claim = try await sources.api.find(.persistentVolumeClaims, key) else {
            throw PodDefect("persistentvolumeclaim \"\(name)\" not found")
        }
        guard let volumeName = claim.spec["volumeName"].string, claim.status["phase"].string == "Bound" else {
            throw PodDefect("persistentvolumeclaim \"\(name)\" is not bound to a volume yet")
        }
        guard let volume = try await sources.api.find(.persistentVolumes, ObjectKey(name: volumeName)) else {
            throw PodDefect("persistentvolume \"\(volumeName)\" not found")
        }
        if let path = volume.spec["hostPath"]["path"].string, path.hasPrefix("/") {
            return try hostPath(path, volume.spec["hostPath"]["type"].string ?? "")
        }
        if let path = volume.spec["local"]["path"].string, path.hasPrefix("/") {
            return try hostPath(path, "Directory")
        }
        throw PodDefect(
            "persistentvolume \"\(volumeName)\" is of a kind that this node does not mount (hostPath and local are)"
        )
    }
}

/// Reads ConfigMaps and Secrets as files hold them.
struct SourceReader: Sendable {
    let api: any KubernetesAPI

    /// The bytes of every key; nil where there is no such object.
    func read(_ name: SourceName, namespace: String?) async throws -> [String: [UInt8]]? {
        switch name {
        case .configMap(let name):
            guard let object = try await api.find(.configMaps, ObjectKey(namespace: namespace, name: name)) else {
                return nil
            }
            let text = object["data"].stringMap.mapValues { Array($0.utf8) }
            return text.merging(object["binaryData"].stringMap.compactMapValues { Base64.decode($0) }) { text, _ in text
            }
        case .secret(let name):
            guard let object = try await api.find(.secrets, ObjectKey(namespace: namespace, name: name)) else {
                return nil
            }
            return object["data"].stringMap.compactMapValues { Base64.decode($0) }
        }
    }

    /// Those of the named objects that exist.
    func read(_ names: Set<SourceName>, namespace: String?) async throws -> [SourceName: [String: [UInt8]]] {
        var data: [SourceName: [String: [UInt8]]] = [:]
        for name in names { data[name] = try await read(name, namespace: namespace) }
        return data
    }
}
