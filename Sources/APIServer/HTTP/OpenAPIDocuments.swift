import Base
import KubeModel

/// The smallest OpenAPI documents that every kubectl takes: they say which kinds the server validates itself.
struct OpenAPIDocuments {
    private let types: [ResourceType]

    /// The type of the v2 document; clients ask with an `@` in it, and die of being answered in kind.
    static let v2ContentType = "application/com.github.proto-openapi.spec.v2.v1.0+protobuf"

    init(_ types: [ResourceType]) { self.types = types }

    private static func path(_ type: ResourceType) -> String {
        type.id.path(namespace: type.isNamespaced ? "{namespace}" : nil, name: "{name}")
    }

    // MARK: v3

    /// The index of the documents; their hash changes when they do.
    var index: JSON {
        var paths: [String: JSON] = [:]
        for type in types {
            let name = type.id.group.isEmpty ? "api/\(type.id.version)" : "apis/\(type.id.apiVersion)"
            guard paths[name] == nil, let document = document(group: type.id.group, version: type.id.version) else {
                continue
            }
            let hash = Fingerprint.of(document.bytes)
            paths[name] = ["serverRelativeURL": .string("/openapi/v3/\(name)?hash=\(hash)")]
        }
        return ["paths": .object(paths)]
    }

    /// One group version's document; nil where it is not served.
    func document(group: String, version: String) -> JSON? {
        let served = types.filter { $0.id.group == group && $0.id.version == version }
        guard !served.isEmpty else { return nil }
        var paths: [String: JSON] = [:]
        for type in served { paths[OpenAPIDocuments.path(type)] = ["patch": operation(type)] }
        return [
            "openapi": "3.0.0", "info": ["title": "Kubernetes", "version": "v1.33.0"], "paths": .object(paths),
            "components": ["schemas": .emptyObject],
        ]
    }

    private func operation(_ type: ResourceType) -> JSON {
        let parameters = ["dryRun", "fieldValidation"].map { name -> JSON in
            ["name": .string(name), "in": "query", "schema": ["type": "string"]]
        }
        return [
            "responses": .emptyObject, "parameters": .array(parameters),
            "x-kubernetes-group-version-kind": [
                "group": .string(type.id.group), "version": .string(type.id.version), "kind": .string(type.kind),
            ],
        ]
    }

    // MARK: v2

    /// The v2 document as the protobuf message `openapi.v2.Document`.
    var v2: [UInt8] {
        var paths = ProtobufWriter()
        for type in types {
            paths.message(2) { path in
                path.text(1, OpenAPIDocuments.path(type))
                path.message(2) { item in item.message(8) { operation(type, into: &$0) } }
            }
        }
        var document = ProtobufWriter()
        document.text(1, "2.0")
        document.message(2) { info in
            info.text(1, "Kubernetes")
            info.text(2, "v1")
        }
        document.bytes(8, paths.output)
        return document.output
    }

    /// A PATCH with its query parameters and the extension that names the kind, in YAML as gnostic has it.
    private func operation(_ type: ResourceType, into operation: inout ProtobufWriter) {
        for name in ["dryRun", "fieldValidation"] {
            operation.message(8) { item in
                item.message(1) { parameter in
                    parameter.message(2) { nonBody in
                        nonBody.message(3) { query in
                            query.text(2, "query")
                            query.text(4, name)
                        }
                    }
                }
            }
        }
        let kind = "group: \"\(type.id.group)\"\nkind: \(type.kind)\nversion: \(type.id.version)\n"
        operation.message(13) { vendor in
            vendor.text(1, "x-kubernetes-group-version-kind")
            vendor.message(2) { $0.text(2, kind) }
        }
    }
}

/// Writes length-delimited fields of protobuf messages: all that the document has.
struct ProtobufWriter {
    private(set) var output: [UInt8] = []

    mutating func text(_ field: Int, _ text: String) { bytes(field, Array(text.utf8)) }

    mutating func message(_ field: Int, _ write: (inout ProtobufWriter) -> Void) {
        var inner = ProtobufWriter()
        write(&inner)
        bytes(field, inner.output)
    }

    mutating func bytes(_ field: Int, _ bytes: [UInt8]) {
        varint(field << 3 | 2)
        varint(bytes.count)
        output += bytes
    }

    private mutating func varint(_ value: Int) {
        var rest = value
        while rest > 127 {
            output.append(UInt8(rest & 127 | 128))
            rest >>= 7
        }
        output.append(UInt8(rest))
    }
}
