package import Base

/// Reads request bodies of type `application/vnd.kubernetes.protobuf` into the JSON that they stand for.
package struct ProtobufDecoder {
    /// The type of such bodies.
    package static let contentType = "application/vnd.kubernetes.protobuf"
    /// How deep messages may be nested.
    package static let depthMax = 64
    /// How many fields one body may have: an empty one takes two bytes on the wire and far more in memory.
    package static let fieldsMax = 200_000

    private static let magic: [UInt8] = [0x6B, 0x38, 0x73, 0x00]
    private var fields = 0

    /// The object of a body, with its `apiVersion` and `kind`; refused with `badRequest` where it is none.
    package static func decode(_ body: [UInt8]) throws(APIStatus) -> JSON {
        guard body.starts(with: magic) else {
            throw .badRequest("the body is no protobuf object: it does not start with \"k8s\\0\"")
        }
        var decoder = ProtobufDecoder()
        do throws(ProtobufReader.Defect) {
            return try decoder.envelope(body[magic.count...])
        } catch {
            throw .badRequest("the body is no protobuf object: \(error.what) at byte \(error.offset)")
        }
    }

    private mutating func envelope(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Defect) -> JSON {
        var reader = ProtobufReader(bytes)
        var type = JSON.emptyObject
        var raw: ArraySlice<UInt8> = []
        while let (number, value) = try reader.next() {
            guard case .bytes(let bytes) = value else { continue }
            if number == 1 { type = try message("runtime.TypeMeta", bytes, 0) }
            if number == 2 { raw = bytes }
        }
        let apiVersion = type["apiVersion"].string ?? ""
        let kind = type["kind"].string ?? ""
        guard let name = MessageTable.name(apiVersion: apiVersion, kind: kind) else {
            throw ProtobufReader.Defect(
                what: "no kind \"\(kind)\" is registered for version \"\(apiVersion)\"",
                offset: bytes.startIndex
            )
        }
        var object = try message(name, raw, 0)
        object["apiVersion"] = .string(apiVersion)
        object["kind"] = .string(kind)
        return object
    }

    private mutating func message(
        _ name: String,
        _ bytes: ArraySlice<UInt8>,
        _ depth: Int
    ) throws(ProtobufReader.Defect) -> JSON {
        guard depth < ProtobufDecoder.depthMax else {
            throw ProtobufReader.Defect(
                what: "messages are nested deeper than \(ProtobufDecoder.depthMax) levels",
                offset: bytes.startIndex
            )
        }
        var members: [String: JSON] = [:]
        var lists: [String: [JSON]] = [:]
        var maps: [String: [String: JSON]] = [:]
        guard let message = MessageTable.shared[name] else { return .emptyObject }
        var reader = ProtobufReader(bytes)
        while let (number, value) = try reader.next() {
            try count(at: bytes.startIndex)
            guard let field = message.numbered[number] else { continue }
            switch field.type {
            case .list(let element):
                lists[field.name, default: []].append(try self.value(value, element, depth) ?? .null)
            case .map(let element):
                let (key, entry) = try entry(value, element, depth)
                maps[field.name, default: [:]][key] = entry
            default:
                guard let read = try self.value(value, field.type, depth), !field.omits(read) else { continue }
                if field.isInline {
                    members.merge(read.object ?? [:]) { _, new in new }
                } else {
                    members[field.name] = read
                }
            }
        }
        for (name, elements) in lists { members[name] = .array(elements) }
        for (name, entries) in maps { members[name] = .object(entries) }
        return .object(members)
    }

    private mutating func count(at offset: Int) throws(ProtobufReader.Defect) {
        fields += 1
        guard fields <= ProtobufDecoder.fieldsMax else {
            throw ProtobufReader.Defect(what: "more than \(ProtobufDecoder.fieldsMax) fields", offset: offset)
        }
    }

    private mutating func entry(
        _ value: ProtobufReader.Value,
        _ type: FieldType,
        _ depth: Int
    ) throws(ProtobufReader.Defect) -> (String, JSON) {
        guard case .bytes(let bytes) = value else { return ("", .null) }
        var reader = ProtobufReader(bytes)
        var key = ""
        var entry: JSON?
        while let (number, part) = try reader.next() {
            if number == 1 { key = try self.value(part, .string, depth)?.string ?? "" }
            if number == 2 { entry = try self.value(part, type, depth) }
        }
        return (key, entry ?? (type.isText ? "" : .null))
    }

    private mutating func value(
        _ value: ProtobufReader.Value,
        _ type: FieldType,
        _ depth: Int
    ) throws(ProtobufReader.Defect) -> JSON? {
        switch (value, type) {
        case (.varint(let bits), .bool): return .bool(bits != 0)
        case (.varint(let bits), .int64): return .int(Int64(bitPattern: bits))
        case (.varint(let bits), .int32): return .int(Int64(Int32(truncatingIfNeeded: bits)))
        case (.fixed64(let bits), .double): return .double(Double(bitPattern: bits))
        case (.bytes(let bytes), .string): return .string(try text(bytes))
        case (.bytes(let bytes), .bytes): return .string(Base64.encode(Array(bytes)))
        case (.bytes(let bytes), .quantity): return .string(try text(try part(1, of: bytes)))
        case (.bytes(let bytes), .time): return try time(bytes)?.rfc3339.json
        case (.bytes(let bytes), .microTime): return try time(bytes)?.rfc3339Micro.json
        case (.bytes(let bytes), .intOrString): return try intOrString(bytes)
        case (.bytes(let bytes), .raw): return try? JSON.parse(Array(try part(1, of: bytes)))
        case (.bytes(let bytes), .list): return .array(try texts(bytes))
        case (.bytes(let bytes), .message(let name)): return try message(name, bytes, depth + 1)
        case (_, .duration): return nil
        case (.bytes(let bytes), _):
            throw ProtobufReader.Defect(what: "a field is not of its type", offset: bytes.startIndex)
        default: throw ProtobufReader.Defect(what: "a field is not of its type", offset: 0)
        }
    }
}

extension ProtobufDecoder {
    private func text(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Defect) -> String {
        guard let text = String(validating: bytes, as: UTF8.self) else {
            throw ProtobufReader.Defect(what: "a text is not UTF-8", offset: bytes.startIndex)
        }
        return text
    }

    /// The bytes of one field of a small message; empty where it is missing.
    private func part(_ wanted: Int, of bytes: ArraySlice<UInt8>) throws(ProtobufReader.Defect) -> ArraySlice<UInt8> {
        var reader = ProtobufReader(bytes)
        var found: ArraySlice<UInt8> = []
        while let (number, value) = try reader.next() {
            if number == wanted, case .bytes(let part) = value { found = part }
        }
        return found
    }

    private func numbers(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Defect) -> [Int: Int64] {
        var reader = ProtobufReader(bytes)
        var found: [Int: Int64] = [:]
        while let (number, value) = try reader.next() {
            if case .varint(let bits) = value { found[number] = Int64(bitPattern: bits) }
        }
        return found
    }

    /// Nil for the zero time, which stands for none, and for what no calendar holds.
    private func time(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Defect) -> WallTime? {
        let parts = try numbers(bytes)
        let secondsMax = Int64.max / 1_000_000_000 - 1
        guard let seconds = parts[1], seconds != 0, abs(seconds.clamped) < secondsMax else { return nil }
        let nanoseconds = min(max(parts[2] ?? 0, 0), 999_999_999)
        return WallTime(nanoseconds: seconds * 1_000_000_000 + nanoseconds)
    }

    private func intOrString(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Defect) -> JSON {
        let parts = try numbers(bytes)
        if parts[1] == 1 { return .string(try text(try part(3, of: bytes))) }
        return .int(Int64(Int32(truncatingIfNeeded: parts[2] ?? 0)))
    }

    private func texts(_ bytes: ArraySlice<UInt8>) throws(ProtobufReader.Defect) -> [JSON] {
        var reader = ProtobufReader(bytes)
        var found: [JSON] = []
        while let (_, value) = try reader.next() {
            if case .bytes(let part) = value { found.append(.string(try text(part))) }
        }
        return found
    }
}

extension Message.Field {
    /// Numbers and flags that Kubernetes' types hold by value: zero is the same as nothing, and always on the wire.
    private static let plainZeros: Set<String> = [
        "generation", "minReadySeconds", "paused", "hostPort", "stdin", "stdinOnce", "tty", "hostIPC", "hostNetwork",
        "hostPID", "readOnly", "initialDelaySeconds", "timeoutSeconds", "periodSeconds", "successThreshold",
        "failureThreshold", "healthCheckNodePort", "nodePort", "publishNotReadyAddresses", "retryAfterSeconds",
        "observedGeneration", "availableReplicas", "readyReplicas", "updatedReplicas", "unavailableReplicas", "active",
        "failed", "succeeded", "unschedulable", "count",
    ]

    /// Whether a value that the wire holds is to be left out of the JSON.
    ///
    /// Texts that are empty and texts that are not there look alike; only of storageClassName the difference matters.
    fileprivate func omits(_ value: JSON) -> Bool {
        switch value {
        case .string(""): name != "storageClassName"
        case .int(0), .bool(false): Message.Field.plainZeros.contains(name)
        default: false
        }
    }
}

extension FieldType {
    fileprivate var isText: Bool {
        switch self {
        case .string, .bytes: true
        default: false
        }
    }
}

extension Int64 {
    fileprivate var clamped: Int64 { Swift.max(self, -Int64.max) }
}

extension String {
    fileprivate var json: JSON { .string(self) }
}

extension MessageTable {
    private static let groups: [String: String] = [
        "v1": "core", "apps/v1": "apps", "batch/v1": "batch", "autoscaling/v1": "as1", "autoscaling/v2": "as2",
        "networking.k8s.io/v1": "net", "rbac.authorization.k8s.io/v1": "rbac", "policy/v1": "policy",
        "discovery.k8s.io/v1": "disc", "events.k8s.io/v1": "ev", "coordination.k8s.io/v1": "coord",
        "authorization.k8s.io/v1": "authz", "authentication.k8s.io/v1": "authn", "storage.k8s.io/v1": "stor",
        "scheduling.k8s.io/v1": "sched", "metrics.k8s.io/v1beta1": "metrics",
    ]

    /// Kinds that any group version may carry.
    private static let common: Set<String> = [
        "Status", "DeleteOptions", "CreateOptions", "UpdateOptions", "PatchOptions",
    ]

    /// The message of a kind; nil where it is none of Kubernetes' own.
    static func name(apiVersion: String, kind: String) -> String? {
        guard let group = common.contains(kind) ? "meta" : groups[apiVersion] else { return nil }
        let name = "\(group).\(kind)"
        return shared[name] == nil ? nil : name
    }
}
