import Base
import Net

/// Sends payloads to a sink beside the requests that they come from: these never wait for it.
final class PayloadLog {
    let source: PayloadSource
    private let loop: EventLoop
    private let client: PostClient
    private let time: any TimeSource
    private var queue = PayloadQueue()
    private var failed = 0
    private var report: LoopTimer?
    private var generator = SystemRandomNumberGenerator()
    private let log = Log("payload-log")

    init(_ source: PayloadSource, loop: EventLoop, time: any TimeSource) {
        self.source = source
        self.loop = loop
        self.time = time
        client = PostClient(loop: loop, bodyMax: 1 << 20, checksCertificates: source.checksCertificates)
    }

    var now: WallTime { time.wall() }

    /// Whether the next request is one of those that are logged.
    func samples() -> Bool { source.percent >= 100 || Int.random(in: 0..<100, using: &generator) < source.percent }

    func add(_ event: PayloadEvent) {
        if !queue.add(event) { tellLater() }
        pump()
    }

    private func pump() {
        while let event = queue.next() {
            _ = client.post(
                event.body,
                to: source.sink,
                headers: event.headers(source, recordedAt: now),
                within: AgentLimits.sinkTime
            ) { [self] result in
                queue.sent(event)
                if case .success(let answer) = result, (200...299).contains(answer.status) {
                } else {
                    failed += 1
                    tellLater()
                }
                pump()
            }
        }
    }

    /// One line for all that was lost in a while.
    private func tellLater() {
        guard report == nil else { return }
        report = loop.after(AgentLimits.reportTime) { [weak self] in
            guard let self else { return }
            report = nil
            log.warning(
                "payloads did not reach the sink",
                ["lost": String(queue.lost), "refused": String(failed), "sink": source.sink.description]
            )
        }
    }

    var isIdle: Bool { queue.isIdle }
}
