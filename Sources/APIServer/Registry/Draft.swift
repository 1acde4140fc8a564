import Base
import KubeModel

/// A body that a client sent, read as its kind and brought into the stored version.
struct Draft {
    var object: KubeObject
    var warnings: [String] = []

    /// Reads the body of a create or an update.
    ///
    /// - Parameter known: the present object; what is the same in both is not read again.
    init(
        body: KubeObject,
        over known: KubeObject? = nil,
        _ kind: ServedKind,
        _ options: WriteOptions
    ) throws(APIStatus) {
        var body = body
        try Draft.settleType(&body, kind.served)
        self = try Draft.decode(body, over: known, kind, options) { complaint throws(APIStatus) in
            throw .badRequest(Draft.cannotBeHandled(kind.served, "strict decoding error: \(complaint)"))
        }
    }

    /// Reads what a patch made of the known object.
    init(
        patched: KubeObject,
        over known: KubeObject,
        patch: JSON,
        _ kind: ServedKind,
        _ options: WriteOptions
    ) throws(APIStatus) {
        self = try Draft.decode(patched, over: known, kind, options) { complaint throws(APIStatus) in
            let message = "Invalid value: \"\(patch.goText)\": strict decoding error: \(complaint)"
            let cause: JSON = ["reason": "FieldValueInvalid", "message": .string(message), "field": "patch"]
            throw APIStatus(.invalid, " \"\" is invalid: patch: \(message)", details: ["causes": [cause]])
        }
    }

    /// Takes what the server itself made of the stored object.
    init(stored object: KubeObject, warnings: [String] = []) {
        self.object = object
        self.warnings = warnings
    }

    private static func decode(
        _ body: KubeObject,
        over known: KubeObject?,
        _ kind: ServedKind,
        _ options: WriteOptions,
        refuse: (String) throws(APIStatus) -> Void
    ) throws(APIStatus) -> Draft {
        let decoded = kind.served.schema.decode(body.json, over: known?.json ?? .null)
        if let mismatch = decoded.mismatch { throw .badRequest(cannotBeHandled(kind.served, mismatch)) }
        let complaints =
            options.duplicateFields.map { "duplicate field \"\($0)\"" }
            + decoded.unknownFields.map { "unknown field \"\($0)\"" }
        if options.fieldValidation == .strict, !complaints.isEmpty {
            try refuse(complaints.joined(separator: ", "))
        }
        let warnings = options.fieldValidation == .warn ? complaints : []
        return Draft(stored: kind.storable(KubeObject(decoded.value)), warnings: warnings)
    }

    private static func cannotBeHandled(_ type: ResourceType, _ why: String, as kind: String? = nil) -> String {
        "\(kind ?? type.kind) in version \"\(type.id.version)\" cannot be handled as a \(type.kind): \(why)"
    }

    /// Checks `kind` and `apiVersion`, or fills them in where a built-in kind's body leaves them out.
    private static func settleType(_ body: inout KubeObject, _ type: ResourceType) throws(APIStatus) {
        guard body.json.object != nil else {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(type.kind)): couldn't get version/kind; "
                    + "json parse error: json: cannot unmarshal \(body.json.kindName) into Go value of type struct"
            )
        }
        if type.isCustom {
            try checkCustomType(body, type)
        } else {
            try checkBuiltInType(body, type)
        }
        body["kind"] = .string(type.kind)
        body["apiVersion"] = .string(type.id.apiVersion)
    }

    private static func checkCustomType(_ body: KubeObject, _ type: ResourceType) throws(APIStatus) {
        for (name, value) in [("Kind", body.kind), ("apiVersion", body.apiVersion)] where value.isEmpty {
            throw .badRequest(
                "the object provided is unrecognized (must be of type \(type.kind)): "
                    + "Object '\(name)' is missing in '\(body.json.text)'"
            )
        }
        guard body.apiVersion == type.id.apiVersion else {
            throw .badRequest(
                "the API version in the data (\(body.apiVersion)) does not match the expected API version "
                    + "(\(type.id.apiVersion))"
            )
        }
        guard body.kind == type.kind else {
            let fault = FieldFault.invalid("kind", .string(body.kind), "must be \(type.kind)")
            throw .invalid(kind: body.kind, group: type.id.group, name: body.name, [fault])
        }
    }

    private static func checkBuiltInType(_ body: KubeObject, _ type: ResourceType) throws(APIStatus) {
        guard body.apiVersion.isEmpty || body.apiVersion == type.id.apiVersion else {
            throw .badRequest(
                "\(type.kind) in version \"\(body.apiVersion)\" cannot be handled as a \(type.kind): no kind "
                    + "\"\(body.kind)\" is registered for version \"\(body.apiVersion)\" in scheme "
                    + "\"k8s.io/kubernetes/pkg/api/legacyscheme/scheme.go:30\""
            )
        }
        guard body.kind.isEmpty || body.kind == type.kind else {
            let version = type.id.version
            let group = type.id.group.isEmpty ? "core" : String(type.id.group.prefix { $0 != "." })
            let why = "converting (\(version).\(body.kind)) to (\(group).\(type.kind)): unknown conversion"
            throw .badRequest(cannotBeHandled(type, why, as: body.kind))
        }
    }
}
