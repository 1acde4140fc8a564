import Base
import Net

/// The access lines of one worker: of requests that a relay has carried, and of those that the gateway answered itself.
final class AccessLines {
    private let log: AccessLog
    /// Whether all requests have a line, whatever their routes say.
    private let logsAll: Bool
    /// The request that a relay was done with last: its answer ends right after that.
    private var relayed: ObjectIdentifier?

    init(_ configuration: GatewayConfiguration, loop: EventLoop) {
        log = AccessLog(part: "gateway", loop: loop, time: SystemTime(), writer: configuration.lines)
        logsAll = configuration.logsAccess
    }

    /// What a relay has done for a request.
    struct Relayed {
        let backend: Target.Backend?
        let endpoint: Endpoint?
        let nanoseconds: Int64
        let answerBytes: Int
        /// Attempts besides the first.
        let retries: Int
    }

    /// A relay is done with a request, which can still be read; 499 where the client left.
    func settled(_ exchange: HTTPExchange, status: Int, _ relayed: @autoclosure () -> Relayed, of target: Target) {
        self.relayed = ObjectIdentifier(exchange)
        guard logsAll || target.logsAccess else { return }
        let relayed = relayed()
        log.add(exchange, status: status, nanoseconds: relayed.nanoseconds) { line in
            line.add("response_bytes", relayed.answerBytes)
            line.add("route", target.route)
            if let backend = relayed.backend { line.add("backend", backend.name) }
            if let endpoint = relayed.endpoint { line.add("endpoint", endpoint.name) }
            if relayed.retries > 0 { line.add("retries", relayed.retries) }
        }
    }

    /// The gateway has answered a request itself, or a relay's answer has ended.
    func answered(_ exchange: HTTPExchange, status: Int, at now: Instant) {
        let isTold = relayed == ObjectIdentifier(exchange)
        relayed = nil
        guard logsAll, !isTold else { return }
        let took = now.nanoseconds &- exchange.startedAt.nanoseconds
        log.add(exchange, status: status, nanoseconds: took)
    }

    /// The client has gone: the exchange is not told of again.
    func abandoned() { relayed = nil }

    /// Hands over what waits to be written.
    func flush() { log.flush() }
}
