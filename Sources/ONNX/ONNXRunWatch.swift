import Base
import CONNXRuntime
import Synchronization

/// Ends runs that go on for too long, since a model can hold loops that never end: a thread looks at those that are going
/// on, as long as there are any.
final class ONNXRunWatch: Sendable {
    /// A run that is going on.
    private struct Run: @unchecked Sendable {
        // Safe: onnxruntime takes the call that ends a run from any thread.
        let options: OpaquePointer
        let deadline: Instant
        var isEnded = false
    }

    private struct State {
        var runs: [Int: Run] = [:]
        var next = 0
        var isWatching = false
    }

    private let table: ONNXTable
    private let state = Mutex(State())
    private static let glance = Duration.milliseconds(100)

    init(_ table: connx_table) { self.table = ONNXTable(table) }

    /// Watches a run that has these options from now on; the ticket stands for it.
    func begin(_ options: OpaquePointer, within limit: Duration) -> Int {
        let run = Run(options: options, deadline: SystemTime().monotonic() + limit)
        let (ticket, mustStart) = state.withLock { state in
            state.next += 1
            state.runs[state.next] = run
            defer { state.isWatching = true }
            return (state.next, !state.isWatching)
        }
        if mustStart { OwnThread.start(name: "onnx-watch") { [self] in watch() } }
        return ticket
    }

    /// Watches a run no longer; whether it was ended.
    func end(_ ticket: Int) -> Bool { state.withLock { $0.runs.removeValue(forKey: ticket)?.isEnded ?? false } }

    private func watch() {
        let pause = Wakeup()
        while true {
            pause.wait(within: ONNXRunWatch.glance)
            let now = SystemTime().monotonic()
            let goesOn = state.withLock { state in
                for (ticket, run) in state.runs where run.deadline <= now && !run.isEnded {
                    state.runs[ticket]?.isEnded = true
                    // A run that cannot be told to end goes on; nobody is there to hear of it.
                    connx_ReleaseStatus(table.places, connx_RunOptionsSetTerminate(table.places, run.options))
                }
                state.isWatching = !state.runs.isEmpty
                return state.isWatching
            }
            if !goesOn { return }
        }
    }
}

/// onnxruntime's functions, which may be called by any thread.
struct ONNXTable: @unchecked Sendable {
    // Safe: the table is the library's own and never changes.
    let places: connx_table

    init(_ places: connx_table) { self.places = places }
}
