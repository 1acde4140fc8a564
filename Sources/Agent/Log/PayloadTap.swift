import Base
import Net

/// Copies one request and its answer for the payload log, beside their way through the agent.
final class PayloadTap {
    private let log: PayloadLog
    private let id: String
    private let contentType: String
    private let metadata: [String: [String]]
    private let startedAt: WallTime
    private var request = Copy()
    private var answer = Copy()
    private var answerType = ""
    private var status = 0

    /// What was copied; nil once there was more than is logged.
    private struct Copy {
        var bytes: [UInt8]? = []

        mutating func append(_ more: UnsafeRawBufferPointer) {
            guard let count = bytes?.count else { return }
            if count + more.count > AgentLimits.loggedBodyMax { bytes = nil } else { bytes?.append(contentsOf: more) }
        }
    }

    init(_ exchange: HTTPExchange, _ log: PayloadLog) {
        self.log = log
        startedAt = log.now
        let id = exchange.headerText("ce-id") ?? ""
        self.id = id.isEmpty ? RandomName.uuid() : id
        contentType = exchange.headerText("content-type") ?? ""
        metadata = PayloadTap.metadata(exchange, log.source.metadataHeaders)
    }

    /// The values of the fields that are asked for by their names.
    private static func metadata(_ exchange: HTTPExchange, _ names: [String]) -> [String: [String]] {
        var metadata: [String: [String]] = [:]
        for name in names {
            let small = name.lowercased()
            exchange.forEachHeader { field, value in
                guard field.equalsIgnoringCase(small) else { return }
                metadata[name, default: []].append(String(decoding: value, as: UTF8.self))
            }
        }
        return metadata
    }

    func requestChunk(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard log.source.logsRequests else { return }
        request.append(bytes)
        if last, let body = request.bytes { add(.request, startedAt, contentType, body) }
    }

    func answered(_ status: Int, _ type: UnsafeRawBufferPointer?) {
        self.status = status
        answerType = type.map { String(decoding: $0, as: UTF8.self) } ?? contentType
    }

    func answerChunk(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard log.source.logsResponses, status == 200 else { return }
        answer.append(bytes)
        if last, let body = answer.bytes { add(.response, log.now, answerType, body) }
    }

    private func add(_ kind: PayloadEvent.Kind, _ time: WallTime, _ type: String, _ body: [UInt8]) {
        log.add(PayloadEvent(kind, id: id, time: time, contentType: type, metadata: metadata, body: body))
    }
}
