package import Base
package import Net

/// One payload as a CloudEvent.
package struct PayloadEvent: Sendable {
    /// Whose payload it is, as the event's type.
    package enum Kind: String, Sendable {
        case request = "org.kubeflow.serving.inference.request"
        case response = "org.kubeflow.serving.inference.response"
    }

    package let kind: Kind
    /// The same for a request and its response.
    package let id: String
    package let time: WallTime
    package let contentType: String
    package let metadata: [String: [String]]
    /// The request's `traceparent`; empty where it has none.
    package let traceParent: String
    package let body: PayloadBody

    package init(
        _ kind: Kind,
        id: String,
        time: WallTime,
        contentType: String,
        metadata: [String: [String]],
        traceParent: String = "",
        body: PayloadBody
    ) {
        self.kind = kind
        self.id = id
        self.time = time
        self.contentType = contentType
        self.metadata = metadata
        self.traceParent = traceParent
        self.body = body
    }

    /// The event's attributes but for its content type: the names are those of structured mode.
    private func attributes(_ source: PayloadSource, _ now: WallTime) -> [(name: String, value: String)] {
        var attributes = [
            ("specversion", "1.0"), ("id", id), ("type", kind.rawValue), ("source", source.source),
            ("time", time.rfc3339Nano), ("recordedtime", now.rfc3339Nano),
            ("inferenceservicename", source.inferenceService), ("namespace", source.namespace),
            ("component", source.component), ("endpoint", source.endpoint),
            ("metadata", JSON.object(metadata.mapValues { JSON($0) }).text),
        ]
        if !source.annotations.isEmpty { attributes.append(("annotations", JSON(source.annotations).text)) }
        if !traceParent.isEmpty { attributes.append(("traceparent", traceParent)) }
        if let omission = body.omission {
            attributes += [("dataomitted", omission.rawValue), ("datasize", String(body.size))]
        }
        return attributes.map { (name: $0.0, value: $0.1) }
    }

    /// The fields of the request to the sink: binary mode, the body is the payload.
    package func headers(_ source: PayloadSource, recordedAt now: WallTime) -> HTTPHeaders {
        var headers = HTTPHeaders()
        for (name, value) in attributes(source, now) {
            headers.add("Ce-\(name.prefix(1).uppercased())\(name.dropFirst())", value)
        }
        headers.add("Content-Type", contentType)
        return headers
    }

    /// The event as one line of JSON: structured mode. A payload that is no JSON is there as base64.
    package func line(_ source: PayloadSource, recordedAt now: WallTime) -> [UInt8] {
        var members = Dictionary(uniqueKeysWithValues: attributes(source, now).map { ($0.name, JSON.string($0.value)) })
        if !contentType.isEmpty { members["datacontenttype"] = .string(contentType) }
        if let json = body.omission == nil ? Redaction.none.apply(to: body.bytes) : nil {
            var line = JSON.object(members).bytes
            line.removeLast()
            line.append(utf8: ",\"data\":")
            // In JSON, ends of lines stand between values only.
            line.append(contentsOf: json.map { $0 == 0x0A || $0 == 0x0D ? 0x20 : $0 })
            line.append(utf8: "}\n")
            return line
        }
        if body.omission == nil { members["data_base64"] = .string(Base64.encode(body.bytes)) }
        return JSON.object(members).bytes + [0x0A]
    }
}
