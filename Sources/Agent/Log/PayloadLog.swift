import Base
import Net

/// Decides which payloads are logged, and has their events taken away: no request waits for that.
final class PayloadLog {
    let source: PayloadSource
    private let loop: EventLoop
    private let time: any TimeSource
    private let metrics: PayloadMetrics
    private let sink: any PayloadSink
    /// Bytes of payloads that are being copied.
    private var copied = 0
    private var told = 0
    private var report: LoopTimer?
    private var generator = SystemRandomNumberGenerator()
    private let log = Log("payload-log")

    init(_ source: PayloadSource, loop: EventLoop, time: any TimeSource, registry: MetricRegistry) {
        self.source = source
        self.loop = loop
        self.time = time
        metrics = PayloadMetrics(registry)
        sink =
            switch source.destination {
            case .sink(let address): PostedPayloads(source, to: address, loop: loop, time: time, metrics)
            case .files(let folder): FiledPayloads(source, in: folder, time: time, metrics)
            }
    }

    var now: WallTime { time.wall() }

    /// Whether the next request is one of those that are logged.
    func samples() -> Bool { source.percent >= 100 || Double.random(in: 0..<100, using: &generator) < source.percent }

    func add(_ event: PayloadEvent) {
        metrics.count(event.body)
        sink.add(event)
        tellLater()
    }

    /// Whether there is memory for so many bytes more of a payload; they are given back by `release`.
    func reserve(_ count: Int) -> Bool {
        guard copied + count <= AgentLimits.copiedBytesMax else { return false }
        copied += count
        return true
    }

    func release(_ count: Int) { copied -= count }

    /// One line for all that was lost in a while.
    private func tellLater() {
        guard report == nil else { return }
        report = loop.after(AgentLimits.reportTime) { [weak self] in
            guard let self else { return }
            report = nil
            let undelivered = metrics.undelivered
            guard undelivered > told else { return }
            told = undelivered
            log.warning(
                "payloads did not reach the sink",
                [
                    "lost": String(metrics.lost.value), "refused": String(metrics.refused.value),
                    "failed": String(metrics.failed.value), "sink": source.destination.description,
                ]
            )
        }
    }

    var isIdle: Bool { sink.isIdle }
}
