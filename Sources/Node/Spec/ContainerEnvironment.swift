import Base
import KubeModel

/// A ConfigMap or Secret that a pod reads.
package enum SourceName: Hashable, Sendable {
    case configMap(String)
    case secret(String)

    /// `configmap "x"`, as messages name it.
    var text: String {
        switch self {
        case .configMap(let name): "configmap \"\(name)\""
        case .secret(let name): "secret \"\(name)\""
        }
    }
}

/// The variables of one container, from its spec and from what it refers to.
package struct ContainerEnvironment: Equatable, Sendable {
    private(set) var values: [String: String]
    /// Names in the order in which they were set first.
    private(set) var names: [String]

    /// - Parameters:
    ///   - base: what the node gives every container; the spec may override it.
    ///   - sources: the ConfigMaps and Secrets of `needs` that exist.
    package init(
        _ spec: ContainerSpec,
        base: [(String, String)],
        fields: PodFields,
        sources: [SourceName: [String: [UInt8]]]
    ) throws(StartFault) {
        values = Dictionary(base, uniquingKeysWith: { _, last in last })
        names = base.map(\.0)
        for entry in spec.environmentFrom { try add(from: entry, sources) }
        for entry in spec.environment {
            guard let name = entry["name"].string, ContainerEnvironment.isName(name) else {
                throw .config("container \(spec.name) has a variable without a usable name: \(entry["name"].text)")
            }
            if entry["valueFrom"].isNull {
                set(name, Expansion.expand(entry["value"].string ?? "", values))
            } else if let value = try referred(entry["valueFrom"], name, spec, fields, sources) {
                set(name, value)
            }
        }
    }

    /// The ConfigMaps and Secrets that a container's variables come from.
    static func needs(of spec: ContainerSpec) -> Set<SourceName> {
        var needs: Set<SourceName> = []
        for entry in spec.environmentFrom + spec.environment.map({ $0["valueFrom"] }) {
            for field in ["configMapRef", "configMapKeyRef"] {
                if let name = entry[field]["name"].string { needs.insert(.configMap(name)) }
            }
            for field in ["secretRef", "secretKeyRef"] {
                if let name = entry[field]["name"].string { needs.insert(.secret(name)) }
            }
        }
        return needs
    }

    /// `NAME=value` words.
    package var words: [String] { names.map { "\($0)=\(values[$0] ?? "")" } }

    mutating func set(_ name: String, _ value: String) {
        if values.updateValue(value, forKey: name) == nil { names.append(name) }
    }

    private mutating func add(
        from entry: JSON,
        _ sources: [SourceName: [String: [UInt8]]]
    ) throws(StartFault) {
        let prefix = entry["prefix"].string ?? ""
        let isSecret = !entry["secretRef"].isNull
        let reference = isSecret ? entry["secretRef"] : entry["configMapRef"]
        guard let name = reference["name"].string else { return }
        let source: SourceName = isSecret ? .secret(name) : .configMap(name)
        guard let data = sources[source] else {
            if reference["optional"].bool ?? false { return }
            throw .config("\(source.text) not found")
        }
        // Keys that cannot name a variable are left out, as the kubelet does.
        for (key, value) in data.sorted(by: { $0.key < $1.key }) where ContainerEnvironment.isName(prefix + key) {
            set(prefix + key, String(decoding: value, as: UTF8.self))
        }
    }

    private func referred(
        _ reference: JSON,
        _ name: String,
        _ spec: ContainerSpec,
        _ fields: PodFields,
        _ sources: [SourceName: [String: [UInt8]]]
    ) throws(StartFault) -> String? {
        if let path = reference["fieldRef"]["fieldPath"].string {
            guard let value = fields.value(path) else { throw .config("variable \(name): no such field: \(path)") }
            return value
        }
        if !reference["resourceFieldRef"].isNull {
            guard let value = fields.resource(reference["resourceFieldRef"], of: spec) else {
                throw .config("variable \(name): no such resource: \(reference["resourceFieldRef"].text)")
            }
            return value
        }
        let isSecret = !reference["secretKeyRef"].isNull
        let keyRef = isSecret ? reference["secretKeyRef"] : reference["configMapKeyRef"]
        guard let sourceName = keyRef["name"].string, let key = keyRef["key"].string else { return "" }
        let source: SourceName = isSecret ? .secret(sourceName) : .configMap(sourceName)
        if let value = sources[source]?[key] { return String(decoding: value, as: UTF8.self) }
        if keyRef["optional"].bool ?? false { return nil }
        throw .config(
            sources[source] == nil ? "\(source.text) not found" : "couldn't find key \(key) in \(source.text)"
        )
    }

    private static func isName(_ name: String) -> Bool {
        !name.isEmpty && !name.utf8.contains(UInt8(ascii: "=")) && !name.utf8.contains(0)
    }
}
