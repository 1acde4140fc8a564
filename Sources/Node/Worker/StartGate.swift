import Synchronization

/// Lets starts of processes through in the order of a `StartQueue`.
final class StartGate: Sendable {
    private struct State {
        var queue: StartQueue
        var waiting: [Int: CheckedContinuation<Int, Never>] = [:]
    }

    private let state: Mutex<State>

    init(width: Int) { state = Mutex(State(queue: StartQueue(width: width))) }

    /// Waits for the turn of a start.
    ///
    /// - Returns: the ticket to end the turn with, as soon as the start is done.
    func enter(_ owner: String) async -> Int {
        await withCheckedContinuation { continuation in
            letThrough { $0.waiting[$0.queue.enter(owner)] = continuation }
        }
    }

    /// Ends a turn; ending it again does nothing.
    func leave(_ ticket: Int) { letThrough { $0.queue.leave(ticket) } }

    private func letThrough(after change: (inout State) -> Void) {
        let ready = state.withLock { state in
            change(&state)
            return state.queue.admit().compactMap { ticket in
                state.waiting.removeValue(forKey: ticket).map { (ticket, $0) }
            }
        }
        for (ticket, continuation) in ready { continuation.resume(returning: ticket) }
    }
}
