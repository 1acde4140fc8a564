package import Base
import Synchronization

/// Time that stands still until a test moves it; sleepers wake in the order of their deadlines.
package final class TestTime: TimeSource {
    private struct State {
        var now: Instant
        var sleepers: [Int: Sleeper] = [:]
        var nextID = 0
    }

    private struct Sleeper {
        let deadline: Instant
        let continuation: CheckedContinuation<Void, any Error>
    }

    private let origin: WallTime
    private let state = Mutex(State(now: Instant(nanoseconds: 0)))

    /// The calendar says `origin` when the clock says zero.
    package init(origin: WallTime = WallTime(seconds: 1_800_000_000)) { self.origin = origin }

    package func monotonic() -> Instant { state.withLock { $0.now } }

    package func wall() -> WallTime { origin + (monotonic() - Instant(nanoseconds: 0)) }

    package func sleep(until instant: Instant) async throws {
        let id = state.withLock { state in
            state.nextID += 1
            return state.nextID
        }
        try await withTaskCancellationHandler {
            try await withCheckedThrowingContinuation { continuation in
                let isOver = state.withLock { state in
                    if Task.isCancelled || instant <= state.now { return true }
                    state.sleepers[id] = Sleeper(deadline: instant, continuation: continuation)
                    return false
                }
                guard isOver else { return }
                continuation.resume(with: Task.isCancelled ? .failure(CancellationError()) : .success(()))
            }
        } onCancel: {
            let sleeper = state.withLock { $0.sleepers.removeValue(forKey: id) }
            sleeper?.continuation.resume(throwing: CancellationError())
        }
    }

    /// Lets time pass, and wakes who has slept long enough.
    package func advance(by duration: Duration) {
        let woken = state.withLock { state in
            state.now = state.now + duration
            let due = state.sleepers.filter { $0.value.deadline <= state.now }
            for id in due.keys { state.sleepers[id] = nil }
            return due.values.sorted { $0.deadline < $1.deadline }
        }
        for sleeper in woken { sleeper.continuation.resume() }
    }
}
