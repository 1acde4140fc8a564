import Synchronization

/// Bytes on their way from a connection to a task that reads them.
final class Inbox: Sendable {
    fileprivate struct State {
        var bytes: [UInt8] = []
        var end: End?
        var isPaused = false
        var reader: CheckedContinuation<Void, Never>?
    }

    fileprivate enum End {
        case inOrder
        case failed(NetFault)
    }

    private let state = Mutex(State())

    /// The connection stops reading while more than this is unread.
    static let bytesMax = 256 * 1024

    /// Takes bytes in; whether the connection should pause.
    func put(_ bytes: UnsafeRawBufferPointer) -> Bool {
        let (reader, pauses) = state.withLock { state -> (CheckedContinuation<Void, Never>?, Bool) in
            state.bytes.append(contentsOf: bytes)
            state.isPaused = state.bytes.count > Self.bytesMax
            return (state.takeReader(), state.isPaused)
        }
        reader?.resume()
        return pauses
    }

    /// Nothing more comes; with a fault, the reader is told after the bytes that are there.
    func end(_ fault: NetFault?) {
        let reader = state.withLock { state in
            if state.end == nil { state.end = fault.map { .failed($0) } ?? .inOrder }
            return state.takeReader()
        }
        reader?.resume()
    }

    /// The next bytes, nil at the end. `resume` is called when a paused connection may go on.
    func read(resume: () -> Void) async throws(NetFault) -> [UInt8]? {
        while true {
            let (taken, wasPaused) = state.withLock { $0.take() }
            if wasPaused { resume() }
            switch taken {
            case .bytes(let bytes): return bytes
            case .end(.inOrder): return nil
            case .end(.failed(let fault)): throw fault
            case .nothing: break
            }
            if Task.isCancelled { throw NetFault(.local, .cancelled, "the reader was cancelled") }
            await wait()
        }
    }

    private func wait() async {
        await withTaskCancellationHandler {
            await withCheckedContinuation { continuation in
                let goesOn = state.withLock { state -> Bool in
                    if !state.bytes.isEmpty || state.end != nil || Task.isCancelled { return true }
                    state.reader = continuation
                    return false
                }
                if goesOn { continuation.resume() }
            }
        } onCancel: {
            state.withLock { $0.takeReader() }?.resume()
        }
    }
}

extension Inbox {
    fileprivate enum Taken {
        case bytes([UInt8])
        case end(End)
        case nothing
    }
}

extension Inbox.State {
    fileprivate mutating func takeReader() -> CheckedContinuation<Void, Never>? {
        defer { reader = nil }
        return reader
    }

    fileprivate mutating func take() -> (Inbox.Taken, wasPaused: Bool) {
        guard !bytes.isEmpty else { return (end.map { .end($0) } ?? .nothing, false) }
        defer {
            bytes = []
            isPaused = false
        }
        return (.bytes(bytes), isPaused)
    }
}
