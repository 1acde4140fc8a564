import CLinux
import Synchronization

/// Where lines end up. Called on one thread, and may take its time.
package protocol LineSink: Sendable {
    /// Writes whole lines; how many of them could not be written.
    func write(_ lines: UnsafeRawBufferPointer) -> Int
}

/// Writes lines on a thread of its own: whoever has some hands them over and never waits for a reader or a disk.
///
/// What does not fit in the meantime, or cannot be written, is lost and counted. The thread starts with the first line.
package final class LineWriter: Sendable {
    private struct State {
        var waiting: [[UInt8]] = []
        var bytes = 0
        var isStarted = false
        /// Whether lines are being written, or wait for it.
        var isBusy = false
        /// Who waits until they are not.
        var drainers = 0
        var lost = 0
        var counters: [Counter] = []

        mutating func lose(_ count: Int) {
            lost += count
            for counter in counters { counter.add(count) }
        }
    }

    private let name: String
    private let sink: any LineSink
    private let heldBytesMax: Int
    private let tellingLoss: @Sendable (Int) -> [UInt8]
    private let state = Mutex(State())
    private let work = Wakeup()
    private let rest = Wakeup()

    /// How long the end of the program waits for the last lines.
    private static let endTime = Duration.milliseconds(500)

    /// - Parameters:
    ///   - heldBytesMax: bytes that wait for the sink; the same number again may be on its way.
    ///   - tellingLoss: the line that tells how many lines were lost; empty for none.
    package init(
        name: String,
        _ sink: any LineSink,
        heldBytesMax: Int = 1 << 18,
        tellingLoss: @escaping @Sendable (Int) -> [UInt8] = { _ in [] }
    ) {
        self.name = name
        self.sink = sink
        self.heldBytesMax = heldBytesMax
        self.tellingLoss = tellingLoss
    }

    /// Takes whole lines, `count` of them; false where there is no room and they are lost.
    @discardableResult
    package func put(_ lines: [UInt8], count: Int = 1) -> Bool {
        enum Step { case lost, queued, wake, start }
        let step = state.withLock { state -> Step in
            guard lines.count <= heldBytesMax - state.bytes else {
                state.lose(count)
                return .lost
            }
            state.waiting.append(lines)
            state.bytes += lines.count
            defer { (state.isBusy, state.isStarted) = (true, true) }
            return !state.isStarted ? .start : state.isBusy ? .queued : .wake
        }
        switch step {
        case .lost: return false
        case .queued: return true
        case .wake: work.wake()
        case .start: start()
        }
        return true
    }

    /// Lines that were lost so far.
    package var lost: Int { state.withLock { $0.lost } }

    /// Whether everything is written.
    package var isIdle: Bool { state.withLock { !$0.isBusy } }

    /// Counts losses in `counter` too, from here on.
    package func countLosses(in counter: Counter) { state.withLock { $0.counters.append(counter) } }

    /// Waits until everything is written, for at most `limit`; whether it is.
    @discardableResult
    package func drain(within limit: Duration) -> Bool {
        let end = SystemTime().monotonic() + limit
        while isBusyForDrainer {
            let left = end - SystemTime().monotonic()
            guard left > .zero else { return false }
            rest.wait(within: left)
        }
        return true
    }

    /// Whether something is left to write; who asks is woken when that is over.
    private var isBusyForDrainer: Bool {
        state.withLock { state in
            if state.isBusy { state.drainers += 1 }
            return state.isBusy
        }
    }

    private func start() {
        LineWriter.drainAtExit(self)
        OwnThread.start(name: name) { self.run() }
    }

    private func run() {
        var told = 0
        while true {
            let (chunks, lost) = state.withLock { state in
                defer { (state.waiting, state.bytes) = ([], 0) }
                return (state.waiting, state.lost)
            }
            guard !chunks.isEmpty else {
                goIdle()
                continue
            }
            var failed = 0
            for chunk in chunks { failed += chunk.withUnsafeBytes(sink.write) }
            if failed > 0 {
                state.withLock { $0.lose(failed) }
            } else if lost > told {
                _ = tellingLoss(lost - told).withUnsafeBytes(sink.write)
                told = lost
            }
        }
    }

    /// Sleeps until there are lines, unless some have come.
    private func goIdle() {
        let drainers = state.withLock { state -> Int? in
            guard state.waiting.isEmpty else { return nil }
            defer { (state.isBusy, state.drainers) = (false, 0) }
            return state.drainers
        }
        guard let drainers else { return }
        for _ in 0..<drainers { rest.wake() }
        work.wait()
    }
}

// The program's end: lines that were handed over before it are not lost for it.
extension LineWriter {
    private static let started = Mutex<[LineWriter]>([])

    private static func drainAtExit(_ writer: LineWriter) {
        let isFirst = started.withLock { started in
            started.append(writer)
            return started.count == 1
        }
        guard isFirst else { return }
        atexit {
            for writer in LineWriter.started.withLock({ $0 }) { writer.drain(within: LineWriter.endTime) }
        }
    }
}
