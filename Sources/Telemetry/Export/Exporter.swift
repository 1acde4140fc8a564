import Base
import Net
import Synchronization

/// Brings spans to a collector, batch by batch, on a thread of its own.
///
/// One batch is under way at a time; meanwhile spans wait in their threads' rings, which are bounded.
final class Exporter: @unchecked Sendable {
    // Safe: `rings` is locked, `signal` and `loop` are synchronized; all else is set up before `start`, or belongs to the
    // loop's thread.
    let signal: ExportSignal
    private let settings: TracingSettings
    private let resource: [TracingSettings.Pair]
    private let metrics: TracingMetrics
    private let rings = Mutex<[SpanRing]>([])
    private let loop = EventLoop(name: "traces")
    private let client: PostClient
    private let log = Log("tracing")
    private var generator = SystemRandomNumberGenerator()
    private var watch: LoopWatch?
    private var timer: LoopTimer?
    private var batch: Batch?
    /// When the batch is brought again.
    private var retry: LoopTimer?
    /// Told when all that waits is gone.
    private var onEmpty: (() -> Void)?
    private var isEnding = false
    /// Spans lost to the collector since that was told last, and why.
    private var untold: (spans: Int, why: String) = (0, "")
    private var report: LoopTimer?

    /// Spans on their way.
    private struct Batch {
        let body: [UInt8]
        let count: Int
        var attempts = 0
    }

    init(_ settings: TracingSettings, _ resource: [TracingSettings.Pair], _ metrics: TracingMetrics) {
        self.settings = settings
        self.resource = resource
        self.metrics = metrics
        signal = ExportSignal(batchMax: settings.batchMax, lost: metrics.overflowed)
        client = PostClient(loop: loop, bodyMax: TelemetryLimits.answerBytesMax)
    }

    /// A ring whose spans are brought away from now on.
    func makeRing() -> SpanRing {
        let ring = SpanRing(spansMax: settings.queueMax)
        rings.withLock { $0.append(ring) }
        return ring
    }

    func start() {
        loop.start()
        loop.execute { [self] in
            watch = loop.watch(descriptor: signal.descriptor) { [weak self] in
                self?.signal.heard()
                self?.send(atLeast: self?.settings.batchMax ?? 1)
            }
            tick()
        }
    }

    /// Brings away what waits, without patience, and ends; spans that come later are lost.
    func end(within limit: Duration) async {
        await withCheckedContinuation { (continuation: CheckedContinuation<Void, Never>) in
            loop.execute { [self] in
                isEnding = true
                let deadline = loop.after(limit) { [self] in finishEnding() }
                onEmpty = {
                    deadline.cancel()
                    continuation.resume()
                }
                if retry == nil { send(atLeast: 1) } else { attempt() }
            }
        }
        loop.stop()
    }

    private func finishEnding() {
        let tell = onEmpty
        onEmpty = nil
        tell?()
    }

    private func tick() {
        send(atLeast: 1)
        timer = loop.after(settings.delay) { [weak self] in self?.tick() }
    }

    // MARK: batches

    /// Sends a batch where none is under way and so many spans wait.
    private func send(atLeast least: Int) {
        guard batch == nil else { return }
        let rings = rings.withLock { $0 }
        guard rings.reduce(0, { $0 + $1.count }) >= least, let next = makeBatch(rings) else {
            if isEnding { finishEnding() }
            return
        }
        batch = next
        attempt()
    }

    private func makeBatch(_ rings: [SpanRing]) -> Batch? {
        var rest = rings[...]
        let made = OTLP.request(resource, max: settings.batchMax, framed: settings.transport == .grpc) { append in
            while let ring = rest.first {
                if ring.take(append) { return true }
                rest.removeFirst()
            }
            return false
        }
        return made.map { Batch(body: $0.body, count: $0.count) }
    }

    private func attempt() {
        retry?.cancel()
        retry = nil
        guard var next = batch else { return }
        next.attempts += 1
        batch = next
        let isCall = settings.transport == .grpc
        var headers: HTTPHeaders = ["content-type": isCall ? "application/grpc" : "application/x-protobuf"]
        headers.add("user-agent", "roost")
        if isCall { headers.add("te", "trailers") }
        for pair in settings.headers { headers.add(pair.name, pair.value) }
        _ = client.post(
            next.body,
            to: settings.endpoint,
            by: isCall ? .http2 : .http1,
            headers: headers,
            keeping: ExportOutcome.fields,
            within: settings.timeout
        ) { [self] in settle(ExportOutcome($0, settings.transport), $0) }
    }

    private func settle(_ outcome: ExportOutcome, _ result: Result<PostClient.Answer, NetFault>) {
        guard let done = batch else { return }
        switch outcome {
        case .delivered(let refused):
            let refused = min(max(0, refused), done.count)
            metrics.exported.add(done.count - refused)
            if refused > 0 { lose(refused, "the collector has refused them") }
        case .again(let asked):
            let chance = Double.random(in: 0...1, using: &generator)
            let wait = isEnding ? nil : ExportPatience.wait(after: done.attempts, asked: asked, chance: chance)
            if let wait {
                retry = loop.after(wait) { [weak self] in self?.attempt() }
                return
            }
            lose(done.count, "the collector does not take them: \(Exporter.words(result))")
        case .lost(let why): lose(done.count, "the collector answers with \(why)")
        }
        batch = nil
        send(atLeast: isEnding ? 1 : settings.batchMax)
    }

    private static func words(_ result: Result<PostClient.Answer, NetFault>) -> String {
        switch result {
        case .success(let answer):
            answer.fields["grpc-status"].map { "gRPC status \($0)" } ?? "status \(answer.status)"
        case .failure(let fault): fault.message
        }
    }

    // MARK: losses

    /// Counts, and tells of all losses of a while in one line.
    private func lose(_ spans: Int, _ why: String) {
        metrics.undelivered.add(spans)
        untold = (untold.spans + spans, why)
        guard report == nil else { return }
        tellLosses()
        report = loop.after(TelemetryLimits.reportTime) { [weak self] in
            self?.report = nil
            self?.tellLosses()
        }
    }

    private func tellLosses() {
        guard untold.spans > 0 else { return }
        log.warning("spans are lost", ["spans": String(untold.spans), "why": untold.why])
        untold = (0, "")
    }
}
