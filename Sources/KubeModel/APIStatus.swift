package import Base

/// A failure as the API tells it: code, reason, message and details, the same on the wire and in process.
package struct APIStatus: Error, Equatable, Sendable, CustomStringConvertible {
    /// The reasons that clients branch on, with the HTTP status that each goes with.
    package enum Reason: String, Sendable {
        case badRequest = "BadRequest"
        case unauthorized = "Unauthorized"
        case forbidden = "Forbidden"
        case notFound = "NotFound"
        case methodNotAllowed = "MethodNotAllowed"
        case notAcceptable = "NotAcceptable"
        case alreadyExists = "AlreadyExists"
        case conflict = "Conflict"
        case gone = "Gone"
        case expired = "Expired"
        case requestEntityTooLarge = "RequestEntityTooLarge"
        case unsupportedMediaType = "UnsupportedMediaType"
        case invalid = "Invalid"
        case tooManyRequests = "TooManyRequests"
        case internalError = "InternalError"
        case serviceUnavailable = "ServiceUnavailable"
        case timeout = "Timeout"
        /// A reason that only another server knows.
        case unknown = ""

        package var code: Int {
            switch self {
            case .badRequest: 400
            case .unauthorized: 401
            case .forbidden: 403
            case .notFound: 404
            case .methodNotAllowed: 405
            case .notAcceptable: 406
            case .alreadyExists, .conflict: 409
            case .gone, .expired: 410
            case .requestEntityTooLarge: 413
            case .unsupportedMediaType: 415
            case .invalid: 422
            case .tooManyRequests: 429
            case .internalError, .unknown: 500
            case .serviceUnavailable: 503
            case .timeout: 504
            }
        }
    }

    package let code: Int
    package let reason: Reason
    package let message: String
    /// `details` of the Status object: name, group, kind, uid, causes, retryAfterSeconds; null where there are none.
    package let details: JSON

    package init(_ reason: Reason, _ message: String, code: Int? = nil, details: JSON = .null) {
        self.code = code ?? reason.code
        self.reason = reason
        self.message = message
        self.details = details
    }

    /// Reads a Status object that a server answered with `code`.
    package init(json: JSON, code: Int) {
        let told = json["reason"].string ?? ""
        // Of a collection that it does not serve, a server says so in plain words.
        let reason = told.isEmpty && code == 404 ? .notFound : Reason(rawValue: told) ?? .unknown
        let message = json["message"].string ?? "the server answered \(code)"
        self.init(reason, message, code: json["code"].int ?? code, details: json["details"])
    }

    /// The Status object.
    package var json: JSON {
        var status: JSON = [
            "kind": "Status", "apiVersion": "v1", "metadata": .emptyObject, "status": "Failure",
            "message": .string(message), "code": .int(Int64(code)),
        ]
        if reason != .unknown { status["reason"] = .string(reason.rawValue) }
        status["details"] = details
        return status
    }

    package var description: String { message }
}

extension APIStatus {
    /// `deployments.apps "web" not found`
    package static func notFound(_ resource: ResourceID, _ name: String) -> APIStatus {
        APIStatus(.notFound, "\(resource.qualified) \"\(name)\" not found", details: details(resource, name))
    }

    /// `configmaps "cm" already exists`
    package static func alreadyExists(_ resource: ResourceID, _ name: String) -> APIStatus {
        APIStatus(.alreadyExists, "\(resource.qualified) \"\(name)\" already exists", details: details(resource, name))
    }

    /// A write that was made against an older state of the object.
    package static func conflict(_ resource: ResourceID, _ name: String, _ why: String? = nil) -> APIStatus {
        let why =
            why ?? "the object has been modified; please apply your changes to the latest version and try again"
        return APIStatus(
            .conflict,
            "Operation cannot be fulfilled on \(resource.qualified) \"\(name)\": \(why)",
            details: details(resource, name)
        )
    }

    /// A write that is not allowed.
    package static func forbidden(_ resource: ResourceID, _ name: String, _ why: String) -> APIStatus {
        APIStatus(
            .forbidden,
            "\(resource.qualified) \"\(name)\" is forbidden: \(why)",
            details: details(resource, name)
        )
    }

    /// `Deployment.apps "d" is invalid: spec.selector: Required value`, with a cause for every fault.
    package static func invalid(kind: String, group: String, name: String, _ faults: [FieldFault]) -> APIStatus {
        let qualified = group.isEmpty ? kind : "\(kind).\(group)"
        let texts = faults.map(\.description)
        let list = texts.count == 1 ? texts[0] : "[\(texts.joined(separator: ", "))]"
        var details: JSON = ["kind": .string(kind), "causes": .array(faults.map(\.cause))]
        if !name.isEmpty { details["name"] = .string(name) }
        if !group.isEmpty { details["group"] = .string(group) }
        return APIStatus(.invalid, "\(qualified) \"\(name)\" is invalid: \(list)", details: details)
    }

    /// The request itself cannot be understood.
    package static func badRequest(_ message: String) -> APIStatus { APIStatus(.badRequest, message) }

    private static func details(_ resource: ResourceID, _ name: String) -> JSON {
        var details: JSON = ["name": .string(name), "kind": .string(resource.plural)]
        if !resource.group.isEmpty { details["group"] = .string(resource.group) }
        return details
    }
}

/// One fault of one field, as validation tells it.
package struct FieldFault: Equatable, Sendable, CustomStringConvertible {
    /// What sort of fault, with the cause that clients read.
    package enum Kind: String, Sendable {
        case required = "FieldValueRequired"
        case invalid = "FieldValueInvalid"
        case notSupported = "FieldValueNotSupported"
        case forbidden = "FieldValueForbidden"
        case duplicate = "FieldValueDuplicate"
        case notFound = "FieldValueNotFound"
        case typeInvalid = "FieldValueTypeInvalid"
        case tooLong = "FieldValueTooLong"
        case tooMany = "FieldValueTooMany"
    }

    package let kind: Kind
    /// Path of the field: `spec.template.spec.containers[0].name`.
    package let field: String
    /// The fault without its path: `Invalid value: -1: must be greater than or equal to 0`.
    package let message: String

    package init(_ kind: Kind, _ field: String, _ message: String) {
        self.kind = kind
        self.field = field
        self.message = message
    }

    package var description: String { "\(field): \(message)" }

    fileprivate var cause: JSON {
        ["reason": .string(kind.rawValue), "message": .string(message), "field": .string(field)]
    }

    /// `Required value`, with what is missing where that is not plain.
    package static func required(_ field: String, _ detail: String = "") -> FieldFault {
        FieldFault(.required, field, detail.isEmpty ? "Required value" : "Required value: \(detail)")
    }

    /// `Invalid value: "x": must be …`
    package static func invalid(_ field: String, _ value: JSON, _ detail: String) -> FieldFault {
        FieldFault(.invalid, field, "Invalid value: \(value.text): \(detail)")
    }

    /// `Unsupported value: "x": supported values: "a", "b"`
    package static func notSupported(_ field: String, _ value: JSON, _ supported: [String]) -> FieldFault {
        let words = supported.map { JSON.string($0).text }.joined(separator: ", ")
        return FieldFault(.notSupported, field, "Unsupported value: \(value.text): supported values: \(words)")
    }

    /// `Forbidden: …`
    package static func forbidden(_ field: String, _ detail: String) -> FieldFault {
        FieldFault(.forbidden, field, "Forbidden: \(detail)")
    }

    /// `Duplicate value: "x"`
    package static func duplicate(_ field: String, _ value: JSON) -> FieldFault {
        FieldFault(.duplicate, field, "Duplicate value: \(value.text)")
    }
}
