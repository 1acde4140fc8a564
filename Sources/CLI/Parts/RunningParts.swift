import Base

/// Parts that run side by side until the program is asked to end or one of them fails; they end in a stated order.
final class RunningParts {
    private var parts: [(name: String, task: Task<Void, Never>)] = []
    private let ends: AsyncStream<(name: String, fault: (any Error)?)>
    private let ended: AsyncStream<(name: String, fault: (any Error)?)>.Continuation
    private let log = Log("roost")

    init() { (ends, ended) = AsyncStream.makeStream() }

    /// Starts a part; it runs until it is stopped.
    func start(_ name: String, _ run: @escaping @Sendable () async throws -> Void) {
        let task = Task.detached { [ended] in
            do {
                try await run()
                ended.yield((name, nil))
            } catch {
                ended.yield((name, error is CancellationError ? nil : error))
            }
        }
        parts.append((name, task))
    }

    /// Returns when the program is asked to end; throws what a part failed with before that.
    func wait(for shutdown: ShutdownSignal) async throws {
        let asked = Task.detached { [ended] in
            await shutdown.requested()
            ended.yield(("", nil))
        }
        defer { asked.cancel() }
        for await end in ends {
            if end.name.isEmpty { return }
            throw Failure("\(end.name) ended: \(end.fault.map { "\($0)" } ?? "nobody asked it to")")
        }
    }

    /// Ends the parts one after the other, the last started first.
    func stop() async {
        for (name, task) in parts.reversed() {
            log.debug("stopping", ["part": name])
            task.cancel()
            await task.value
        }
        parts = []
    }
}
