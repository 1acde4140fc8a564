import Synchronization

/// What an outbox empties itself into, on a loop's thread.
protocol OutboxSink: AnyObject {
    /// Bytes that the sink has taken and not yet sent.
    var unsentBytes: Int { get }
    func write(_ bytes: UnsafeRawBufferPointer)
    func finish()
}

/// Bytes on their way from tasks to a connection: writers wait while the other side is slow.
final class Outbox: Sendable {
    fileprivate struct State {
        var bytes: [UInt8] = []
        var isPumpQueued = false
        var isFinished = false
        var fault: NetFault?
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    private let state = Mutex(State())
    private let loop: EventLoop
    private let sink: LoopBound<any OutboxSink>

    /// Writers wait while more than this is under way.
    static let bytesMax = 256 * 1024

    init(loop: EventLoop, sink: any OutboxSink) {
        self.loop = loop
        self.sink = LoopBound(sink)
    }

    /// Takes `bytes`; returns when there is room for more.
    func write(_ bytes: [UInt8]) async throws(NetFault) {
        let (fault, queues) = state.withLock { state -> (NetFault?, Bool) in
            if let fault = state.fault { return (fault, false) }
            state.bytes.append(contentsOf: bytes)
            defer { state.isPumpQueued = true }
            return (nil, !state.isPumpQueued)
        }
        if let fault { throw fault }
        if queues { loop.execute { self.pump() } }
        try await waitForRoom()
    }

    /// No more comes; returns when all bytes are with the sink.
    func finish() async {
        let queues = state.withLock { state -> Bool in
            state.isFinished = true
            defer { state.isPumpQueued = true }
            return !state.isPumpQueued
        }
        if queues { loop.execute { self.pump() } }
    }

    /// Writers fail with `fault` from now on.
    func close(_ fault: NetFault) {
        let waiting = state.withLock { state in
            if state.fault == nil { state.fault = fault }
            state.bytes = []
            return state.takeWaiting()
        }
        for continuation in waiting { continuation.resume() }
    }

    /// The sink has sent all it had; on the loop's thread.
    func drained() { pump() }

    /// Hands over all there is, however much the sink has to do, and takes no more; on the loop's thread.
    func flush(thenClose fault: NetFault) {
        pump(waits: false)
        close(fault)
    }

    private func waitForRoom() async throws(NetFault) {
        while true {
            let (fault, isFull) = state.withLock { ($0.fault, $0.bytes.count > Self.bytesMax) }
            if let fault { throw fault }
            guard isFull else { return }
            if Task.isCancelled { throw NetFault(.local, .cancelled, "the writer was cancelled") }
            await withTaskCancellationHandler {
                await withCheckedContinuation { continuation in
                    let goesOn = state.withLock { state -> Bool in
                        if state.fault != nil || state.bytes.count <= Self.bytesMax || Task.isCancelled { return true }
                        state.waiting.append(continuation)
                        return false
                    }
                    if goesOn { continuation.resume() }
                }
            } onCancel: {
                for continuation in state.withLock({ $0.takeWaiting() }) { continuation.resume() }
            }
        }
    }

    /// Moves the bytes to the sink, unless it has enough to do; `drained` comes back here.
    private func pump(waits: Bool = true) {
        let sink = sink.value
        guard !waits || sink.unsentBytes <= Self.bytesMax else { return }
        let (bytes, isFinished, waiting) = state.withLock {
            state -> ([UInt8], Bool, [CheckedContinuation<Void, Never>]) in
            state.isPumpQueued = false
            let bytes = state.bytes
            state.bytes = []
            let isFinished = state.isFinished && state.fault == nil
            if isFinished { state.fault = NetFault(.local, .closed, "the stream was finished before") }
            return (bytes, isFinished, state.takeWaiting())
        }
        if !bytes.isEmpty { bytes.withUnsafeBytes { sink.write($0) } }
        if isFinished { sink.finish() }
        for continuation in waiting { continuation.resume() }
    }
}

extension Outbox.State {
    fileprivate mutating func takeWaiting() -> [CheckedContinuation<Void, Never>] {
        defer { waiting = [] }
        return waiting
    }
}
