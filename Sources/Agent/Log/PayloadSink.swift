import Base
import Net

/// Takes events to where they go, beside the requests that they come from.
protocol PayloadSink: AnyObject {
    func add(_ event: PayloadEvent)
    /// Whether everything has been taken there.
    var isIdle: Bool { get }
}

/// Posts events to a URL; what it is too slow for is lost.
final class PostedPayloads: PayloadSink {
    private let source: PayloadSource
    private let address: WebAddress
    private let client: PostClient
    private let time: any TimeSource
    private let metrics: PayloadMetrics
    private var queue = PayloadQueue()

    init(
        _ source: PayloadSource,
        to address: WebAddress,
        loop: EventLoop,
        time: any TimeSource,
        _ metrics: PayloadMetrics
    ) {
        self.source = source
        self.address = address
        self.time = time
        self.metrics = metrics
        client = PostClient(loop: loop, bodyMax: 1 << 20, checksCertificates: source.checksCertificates)
    }

    var isIdle: Bool { queue.isIdle }

    func add(_ event: PayloadEvent) {
        if !queue.add(event) { metrics.lost.add() }
        pump()
    }

    private func pump() {
        while let event = queue.next() {
            _ = client.post(
                event.body.bytes,
                to: address,
                headers: event.headers(source, recordedAt: time.wall()),
                within: AgentLimits.sinkTime
            ) { [self] result in
                queue.sent(event)
                count(result)
                pump()
            }
        }
    }

    private func count(_ result: Result<PostClient.Answer, NetFault>) {
        switch result {
        case .success(let answer) where (200...299).contains(answer.status): metrics.delivered.add()
        case .success: metrics.refused.add()
        case .failure: metrics.failed.add()
        }
    }
}

/// Writes events into files, on a thread of its own: no disk makes a request wait.
final class FiledPayloads: PayloadSink {
    private let source: PayloadSource
    private let time: any TimeSource
    private let metrics: PayloadMetrics
    private let writer: LineWriter

    init(_ source: PayloadSource, in folder: PayloadFolder, time: any TimeSource, _ metrics: PayloadMetrics) {
        self.source = source
        self.time = time
        self.metrics = metrics
        writer = LineWriter(
            name: "payloads",
            PayloadFile(folder, metrics),
            heldBytesMax: AgentLimits.eventBytesMax
        )
    }

    var isIdle: Bool { writer.isIdle }

    func add(_ event: PayloadEvent) {
        if !writer.put(event.line(source, recordedAt: time.wall())) { metrics.lost.add() }
    }
}
