import Base
import Net

/// Copies one request and its answer for the payload log, beside their way through the agent.
final class PayloadTap {
    private let log: PayloadLog
    private let id: String
    private let contentType: String
    private let metadata: [String: [String]]
    private let traceParent: String
    private let startedAt: WallTime
    private var request = Copy()
    private var answer = Copy()
    private var answerType = ""
    private var status = 0

    /// What was copied; no more is kept once there was more than is shown.
    private struct Copy {
        var bytes: [UInt8] = []
        var size = 0
        var isBusy = false
    }

    init(_ exchange: HTTPExchange, _ log: PayloadLog) {
        self.log = log
        startedAt = log.now
        let id = exchange.headerText("ce-id") ?? ""
        self.id = id.isEmpty ? RandomName.uuid() : id
        contentType = exchange.headerText("content-type") ?? ""
        traceParent = exchange.headerText("traceparent") ?? ""
        metadata = PayloadTap.metadata(exchange, log.source.metadataHeaders)
    }

    deinit { log.release(request.bytes.count + answer.bytes.count) }

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
        append(bytes, to: &request)
        if last { add(.request, startedAt, contentType, &request) }
    }

    func answered(_ status: Int, _ type: UnsafeRawBufferPointer?) {
        self.status = status
        answerType = type.map { String(decoding: $0, as: UTF8.self) } ?? contentType
    }

    func answerChunk(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard log.source.logsResponses, status == 200 else { return }
        append(bytes, to: &answer)
        if last { add(.response, log.now, answerType, &answer) }
    }

    private func append(_ bytes: UnsafeRawBufferPointer, to copy: inout Copy) {
        copy.size += bytes.count
        let isRoom = copy.size <= log.source.bodyMax && !copy.isBusy
        if isRoom, log.reserve(bytes.count) {
            copy.bytes.append(contentsOf: bytes)
        } else {
            copy.isBusy = copy.isBusy || isRoom
            drop(&copy)
        }
    }

    private func drop(_ copy: inout Copy) {
        log.release(copy.bytes.count)
        copy.bytes = []
    }

    private func add(_ kind: PayloadEvent.Kind, _ time: WallTime, _ type: String, _ copy: inout Copy) {
        let body = log.source.shown(copy.bytes, size: copy.size, isBusy: copy.isBusy)
        drop(&copy)
        log.add(
            PayloadEvent(
                kind,
                id: id,
                time: time,
                contentType: type,
                metadata: metadata,
                traceParent: traceParent,
                body: body
            )
        )
    }
}
