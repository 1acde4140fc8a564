import Base
import Net

/// The lines that one thread writes about its requests.
final class RequestLogs {
    private let lines: LineLog
    private let logsLatency: Bool
    private let access: AccessLogFormat?
    /// The request's `x-request-id`, kept until its answer is written.
    private var requestID: [UInt8] = []

    /// Nil where no log is asked for.
    init?(_ options: RequestLogOptions, loop: EventLoop) {
        guard options.logsLatency || options.accessFormat != nil else { return nil }
        lines = LineLog(loop: loop)
        logsLatency = options.logsLatency
        access = options.accessFormat.map(AccessLogFormat.init)
    }

    /// Takes note of a request that is about to be answered, while it can be read.
    func answering(_ exchange: HTTPExchange, status: Int, nanoseconds: Int64 = 0) {
        if logsLatency {
            requestID.removeAll(keepingCapacity: true)
            requestID.append(
                contentsOf: exchange.header("x-request-id") ?? UnsafeRawBufferPointer(start: nil, count: 0)
            )
        }
        guard let access else { return }
        lines.add { access.write(exchange, status: status, nanoseconds: nanoseconds, into: &$0) }
    }

    /// Takes note of a prediction that was answered.
    func predicted(_ times: PhaseTimes, written: Instant) {
        guard logsLatency else { return }
        requestID.withUnsafeBytes { id in
            lines.add { LatencyLine.write(requestID: id.isEmpty ? nil : id, times, written: written, into: &$0) }
        }
    }

    /// Writes what waits.
    func flush() { lines.flush() }
}

/// Which lines are written about requests.
struct RequestLogOptions: Equatable, Sendable {
    var logsLatency = false
    /// See `AccessLogFormat`.
    var accessFormat: String?
}
