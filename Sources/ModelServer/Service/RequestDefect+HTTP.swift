import Base
import Net

/// How HTTP tells of defects.
extension RequestDefect {
    /// The status that tells of it.
    var status: Int {
        switch kind {
        case .invalid, .malformed: 400
        case .schema: 422
        case .unknownModel: 404
        case .notReady: 503
        case .notImplemented: 501
        case .failed: 500
        }
    }

    /// Appends the body that tells of it: KServe's, or for a schema that is not kept pydantic's.
    func write(into body: inout OutBuffer) {
        guard case .schema(let type, let place, let cause) = kind else {
            body.append("{\"error\":")
            JSONText.write(text, into: &body)
            return body.append("}")
        }
        body.append("{\"detail\":[{\"type\":")
        JSONText.write(type, into: &body)
        body.append(",\"loc\":")
        body.append(JSON.array(place).text)
        body.append(",\"msg\":")
        JSONText.write(text, into: &body)
        if let cause {
            body.append(",\"ctx\":{\"error\":")
            JSONText.write(cause, into: &body)
            body.append("}")
        }
        body.append("}]}")
    }
}
