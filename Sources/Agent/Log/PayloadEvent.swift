package import Base
package import Net

/// Whose payloads are logged, and where they go.
package struct PayloadSource: Sendable, Equatable {
    /// Which payloads are logged.
    package enum Mode: String, Sendable {
        case all, request, response
    }

    package var sink: WebAddress
    package var mode = Mode.all
    package var source = ""
    package var inferenceService = ""
    package var namespace = ""
    package var endpoint = ""
    package var component = ""
    /// Fields of requests that become metadata, as Go spells them.
    package var metadataHeaders: [String] = []
    package var annotations: [String: String] = [:]
    /// How many of a hundred requests are logged.
    package var percent = 100
    package var checksCertificates = true

    package init(sink: WebAddress) { self.sink = sink }

    package var logsRequests: Bool { mode != .response }
    package var logsResponses: Bool { mode != .request }
}

/// One payload as a CloudEvent in binary mode: attributes are fields, the body is the payload.
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
    package let body: [UInt8]

    package init(
        _ kind: Kind,
        id: String,
        time: WallTime,
        contentType: String,
        metadata: [String: [String]],
        body: [UInt8]
    ) {
        self.kind = kind
        self.id = id
        self.time = time
        self.contentType = contentType
        self.metadata = metadata
        self.body = body
    }

    /// The fields of the request to the sink.
    package func headers(_ source: PayloadSource, recordedAt now: WallTime) -> HTTPHeaders {
        var headers: HTTPHeaders = [
            "Ce-Specversion": "1.0", "Ce-Id": id, "Ce-Type": kind.rawValue, "Ce-Source": source.source,
            "Ce-Time": time.rfc3339Nano, "Ce-Recordedtime": now.rfc3339Nano,
            "Ce-Inferenceservicename": source.inferenceService, "Ce-Namespace": source.namespace,
            "Ce-Component": source.component, "Ce-Endpoint": source.endpoint,
            "Ce-Metadata": JSON.object(metadata.mapValues { JSON($0) }).text,
        ]
        if !source.annotations.isEmpty { headers.add("Ce-Annotations", JSON(source.annotations).text) }
        headers.add("Content-Type", contentType)
        return headers
    }
}
