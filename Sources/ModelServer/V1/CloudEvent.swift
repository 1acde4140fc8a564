import Base
import Net

/// How CloudEvents answer CloudEvents: KServe's environment variables.
package struct CloudEventOptions: Equatable, Sendable {
    /// The answer's `type` (`CE_TYPE`).
    package var type = "io.kserve.inference.response"
    /// The answer's `source` (`CE_SOURCE`); nil for one that names the model.
    package var source: String?
    /// Whether the answer keeps the request's attributes but for id and time (`CE_MERGE`).
    package var mergesAttributes = false

    package init() {}
}

/// A CloudEvent that carries a prediction (CloudEvents 1.0, HTTP binding): the attributes of the answer.
struct CloudEvent {
    /// Where the attributes stand: in header fields, or in the body around `data`.
    enum Mode { case binary, structured }

    let mode: Mode
    /// What the answer carries, each with its value as JSON; `specversion`, `id`, `source`, `type` and `time` first.
    let attributes: [(name: String, value: JSON)]

    /// The answer to an event with these attributes.
    init(
        answering request: [(name: String, value: JSON)],
        mode: Mode,
        model: String,
        options: CloudEventOptions,
        time: WallTime
    ) {
        self.mode = mode
        let own: [(name: String, value: JSON)] = [
            ("specversion", "1.0"), ("id", .string(RandomName.uuid())),
            ("source", .string(options.source ?? "io.kserve.inference.\(model)")), ("type", .string(options.type)),
            ("time", .string(CloudEvent.spelling(time))),
        ]
        let left = Set(own.map(\.name) + ["data", "data_base64"] + (mode == .binary ? ["datacontenttype"] : []))
        attributes = own + (options.mergesAttributes ? request.filter { !left.contains($0.name) } : [])
    }

    /// As Python spells a time of UTC.
    private static func spelling(_ time: WallTime) -> String { time.rfc3339Micro.dropLast() + "+00:00" }

    /// Appends the attributes as header lines.
    func writeFields(into out: inout OutBuffer) {
        for (name, value) in attributes { out.appendField("ce-\(name)", value.string ?? value.text) }
    }

    /// Appends the envelope up to the value of `data`; a brace ends it.
    func writeOpening(into body: inout OutBuffer) {
        body.append("{")
        for (name, value) in attributes {
            JSONText.write(name, into: &body)
            body.append(":")
            body.append(value.text)
            body.append(",")
        }
        body.append("\"data\":")
    }
}

extension HTTPExchange {
    /// The attributes of an event whose attributes are header fields; nil where this is none.
    var binaryEventAttributes: [(name: String, value: JSON)]? {
        guard header("ce-specversion") != nil, header("ce-id") != nil, header("ce-source") != nil,
            header("ce-type") != nil
        else { return nil }
        var attributes: [(name: String, value: JSON)] = []
        forEachHeader { name, value in
            let name = String(decoding: name, as: UTF8.self).lowercased()
            guard name.hasPrefix("ce-") else { return }
            attributes.append((String(name.dropFirst(3)), .string(String(decoding: value, as: UTF8.self))))
        }
        return attributes
    }

    /// Whether the body says that it is an event as a whole.
    var isStructuredEvent: Bool {
        guard let type = header("content-type") else { return false }
        return type.begins(with: "application/cloudevents+json")
    }
}
