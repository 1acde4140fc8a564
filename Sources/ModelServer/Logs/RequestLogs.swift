import Base
import Net

/// The lines that one thread writes about its requests.
final class RequestLogs: @unchecked Sendable {
    // Safe: everything is touched in work for the loop only.
    private let lines: LoopLines
    private let access: AccessLog?
    private let format: AccessLogFormat?
    private let logsLatency: Bool
    /// The request's `x-request-id`, kept until its answer is written.
    private var requestID: [UInt8] = []

    /// Nil where no log is asked for.
    init?(_ options: RequestLogOptions, loop: EventLoop, time: any TimeSource) {
        guard options != RequestLogOptions() else { return nil }
        lines = LoopLines(loop: loop)
        logsLatency = options.logsLatency
        format = options.accessFormat.map(AccessLogFormat.init)
        access =
            options.logsAccess && format == nil ? AccessLog(part: "model-server", loop: loop, time: time) : nil
    }

    /// Takes note of a prediction that is about to be answered, while its request can be read.
    func answering(_ exchange: HTTPExchange) {
        guard logsLatency else { return }
        requestID.removeAll(keepingCapacity: true)
        requestID.append(
            contentsOf: exchange.header("x-request-id") ?? UnsafeRawBufferPointer(start: nil, count: 0)
        )
    }

    /// Takes note of a prediction that was answered.
    func predicted(_ times: PhaseTimes, written: Instant) {
        guard logsLatency else { return }
        requestID.withUnsafeBytes { id in
            lines.add { LatencyLine.write(requestID: id.isEmpty ? nil : id, times, written: written, into: &$0) }
        }
    }

    /// Takes note of a request of any kind that was answered.
    func answered(_ exchange: HTTPExchange, status: Int, at now: Instant) {
        let nanoseconds = now.nanoseconds &- exchange.startedAt.nanoseconds
        access?.add(exchange, status: status, nanoseconds: nanoseconds)
        guard let format else { return }
        lines.add { format.write(exchange, status: status, nanoseconds: nanoseconds, into: &$0) }
    }

    /// Hands over what waits to be written.
    func flush() {
        lines.flush()
        access?.flush()
    }
}

/// Which lines are written about requests.
struct RequestLogOptions: Equatable, Sendable {
    var logsLatency = false
    /// Whether every request has a line in the form of the program's log.
    var logsAccess = false
    /// Or in this form: see `AccessLogFormat`.
    var accessFormat: String?
}
