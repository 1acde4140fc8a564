import Base
import Net
import Scaling

/// A copy of a request for another Service. Nobody gets its answer: it is counted, and held against the client's where the
/// route asks for that.
///
/// A copy costs the request nothing but the bytes that are kept for it: where it is slow, cannot be brought to an endpoint
/// or there are too many, the copy is given up.
final class MirroredRequest: HTTPClientHandler {
    private unowned let worker: GatewayWorker
    private let mirror: Target.Mirror
    private let endpoint: Endpoint
    private let slots: RequestQueue?
    private let meter: LoadMeter?
    private let body: HTTPRequestBody
    private let isHead: Bool
    private var head = OutBuffer()
    /// Of the request's body, what is not yet given to the endpoint.
    private var kept: [UInt8] = []
    private var isRequestWhole = false
    private var upstream: (any HTTPClientExchange)?
    private var connector: (any ConnectAttempt)?
    private var timer: LoopTimer?
    private var isOver = false
    /// What the client got, and what the copy's answer is; nil until each is whole.
    private var (answer, copy) = (Digest(), Digest())

    /// Bounds of what copies may take.
    private enum Limits {
        /// Copies under way on one thread.
        static let copies = 256
        /// Bytes of a body that wait for the copy's endpoint.
        static let keptBytes = 1 << 20
        static let time = Duration.seconds(60)
    }

    /// How a copy ended.
    enum End { case answered, failed, dropped }

    /// The status and the bytes of an answer.
    private struct Digest: Equatable {
        var status = 0
        var hash: UInt64 = StableHash.start
        var isWhole = false
    }

    private init?(_ worker: GatewayWorker, _ mirror: Target.Mirror, _ exchange: HTTPExchange, _ way: TrafficTable.Way) {
        let (endpoints, now) = (mirror.state.endpoints ?? [], worker.loop.now)
        let limit = mirror.state.containerConcurrency
        meter = mirror.state.scaled?.meters[worker.number]
        slots = limit > 0 ? mirror.state.scaled?.queue : nil
        // A copy does not wait for a Service at zero, but wakes it for the next ones.
        if endpoints.isEmpty { meter?.arrivedAtNone() }
        guard worker.copies.count < Limits.copies else { return nil }
        let found =
            if let slots { slots.takeSlot(of: endpoints, limit: limit, at: now) } else {
                worker.picker.endpoint(of: endpoints, at: now)
            }
        guard let endpoint = found else { return nil }
        self.worker = worker
        self.mirror = mirror
        self.endpoint = endpoint
        isHead = exchange.method == .head
        body = exchange.isChunked ? .chunked : exchange.contentLength.map { .fixed($0) } ?? .none
        let version: HTTPVersion = exchange.isGRPC ? .http2 : mirror.state.version
        // A copy is no part of the trace: what the client sent goes along as it is.
        ForwardedHead.writeRequest(
            exchange,
            way.target,
            nil,
            matched: way.matched,
            version,
            leavingOut: [],
            to: &head
        )
        endpoint.begin()
        meter?.begin(at: now)
        connect(version)
    }

    /// The copies of a request that its target asks for, on their way.
    static func copies(_ worker: GatewayWorker, _ exchange: HTTPExchange, _ way: TrafficTable.Way) -> [MirroredRequest]
    {
        way.target.mirrors.compactMap { mirror in
            guard worker.picker.happens(mirror.rule.numerator, of: mirror.rule.denominator) else { return nil }
            guard let copy = MirroredRequest(worker, mirror, exchange, way) else {
                mirror.metrics.count(.dropped)
                return nil
            }
            worker.copies[ObjectIdentifier(copy)] = copy
            return copy
        }
    }

    private func connect(_ version: HTTPVersion) {
        timer = worker.loop.after(Limits.time) { [weak self] in self?.end(.failed) }
        if let connection = worker.pool.take(endpoint.address, version) { return send(connection) }
        let time = worker.configuration.connectTime
        connector = worker.pool.connect(endpoint.address, version, within: time) { [weak self] in
            guard let self else { return }
            connector = nil
            guard case .success(let connection) = $0 else { return end(.failed) }
            send(connection)
        }
    }

    private func send(_ connection: any HTTPClientExchange) {
        upstream = connection
        connection.handler = self
        connection.begin(isHead: isHead, body: body) { $0.append(head.bytes) }
        kept.withUnsafeBytes { connection.write($0) }
        kept = []
        if isRequestWhole { connection.end() }
    }

    // MARK: the request

    /// More of the request's body.
    func chunk(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard !isOver else { return }
        isRequestWhole = isRequestWhole || last
        guard let upstream else {
            guard kept.count + bytes.count <= Limits.keptBytes else { return end(.dropped) }
            return kept.append(contentsOf: bytes)
        }
        guard upstream.unsentBytes + bytes.count <= Limits.keptBytes else { return end(.dropped) }
        upstream.write(bytes)
        if last { upstream.end() }
    }

    // MARK: what the client gets

    func clientAnswered(_ status: Int) { answer.status = status }

    func clientChunk(_ bytes: UnsafeRawBufferPointer, last: Bool) {
        guard mirror.rule.isCompared else { return }
        answer.hash = StableHash.adding(bytes, to: answer.hash)
        answer.isWhole = last
        if last { compare() }
    }

    /// The request is over; a copy that lacks the end of its body will never be whole.
    func clientIsDone() {
        if !isRequestWhole { end(.dropped) }
    }

    // MARK: the copy's answer

    func answered(_ upstream: any HTTPClientExchange) { copy.status = upstream.status }

    func chunk(_ upstream: any HTTPClientExchange, _ bytes: UnsafeRawBufferPointer, last: Bool) {
        copy.hash = StableHash.adding(bytes, to: copy.hash)
        guard last else { return }
        copy.isWhole = true
        compare()
        end(.answered)
    }

    func failed(_ upstream: any HTTPClientExchange, _ fault: NetFault) {
        self.upstream = nil
        end(.failed)
    }

    func drained(_ upstream: any HTTPClientExchange) {}

    private func compare() {
        guard mirror.rule.isCompared, answer.isWhole, copy.isWhole else { return }
        mirror.metrics.countCompared(isSame: answer == copy)
    }

    private func end(_ end: End) {
        guard !isOver else { return }
        isOver = true
        mirror.metrics.count(end)
        timer?.cancel()
        connector?.cancel()
        if let upstream { end == .answered ? worker.pool.give(upstream) : upstream.close() }
        upstream = nil
        endpoint.end()
        slots?.leave(endpoint, at: worker.loop.now)
        meter?.end(at: worker.loop.now)
        worker.copies[ObjectIdentifier(self)] = nil
    }
}
