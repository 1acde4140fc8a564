package import Base
import Synchronization

/// Keys to work on: each at most once in the queue and with at most one worker, as often as its state changes.
///
/// A key that is added while a worker holds it comes again when that worker is done with it.
package final class WorkQueue<Key: Hashable & Sendable>: Sendable {
    private let time: any TimeSource
    private let metrics: QueueMetrics?
    private let state = Mutex(State())

    private struct State {
        var ready: [Key] = []
        var head = 0
        /// Keys in line.
        var depth: Int { ready.count - head }
        var queued: Set<Key> = []
        var processing: Set<Key> = []
        var dirty: Set<Key> = []
        var failures: [Key: Int] = [:]
        /// When a delayed key is due; an earlier time replaces a later one.
        var due: [Key: Instant] = [:]
        var workers: [Waiter] = []
        var nextWaiter = 0

        /// A waiting worker and the key for it, where there are both.
        mutating func takeWaiter() -> (Waiter, Key)? {
            guard !workers.isEmpty, head < ready.count else { return nil }
            let key = ready[head]
            head += 1
            if head > 64, head * 2 > ready.count {
                ready.removeFirst(head)
                head = 0
            }
            queued.remove(key)
            processing.insert(key)
            return (workers.removeFirst(), key)
        }
    }

    private struct Waiter {
        let id: Int
        let continuation: CheckedContinuation<Key?, Never>
    }

    /// Bounds of the delay between tries of a key that fails.
    package enum Limits {
        package static var retryFirst: Duration { .milliseconds(10) }
        package static var retryMax: Duration { .seconds(60) }
    }

    /// - Parameter metrics: its series, where it has any.
    package init(time: any TimeSource = SystemTime(), metrics: QueueMetrics? = nil) {
        self.time = time
        self.metrics = metrics
    }

    /// Puts a key in line.
    package func add(_ key: Key) {
        let handOver = state.withLock { state -> (Waiter, Key)? in
            state.due[key] = nil
            if state.processing.contains(key) {
                state.dirty.insert(key)
                return nil
            }
            guard state.queued.insert(key).inserted else { return nil }
            state.ready.append(key)
            defer { metrics?.added(depth: state.depth) }
            return state.takeWaiter()
        }
        handOver?.0.continuation.resume(returning: handOver?.1)
    }

    /// Puts a key in line after a while, unless it comes earlier by itself.
    package func add(_ key: Key, after delay: Duration) {
        let due = time.monotonic() + delay
        let isSooner = state.withLock { state in
            if let known = state.due[key], known <= due { return false }
            state.due[key] = due
            return true
        }
        guard isSooner else { return }
        // The task owns nothing but a timer; a key that was added meanwhile is no longer due, and it ends idle.
        Task { [weak self, time] in
            do {
                try await time.sleep(until: due)
                self?.addIfDue(key, due)
            } catch {}  // cancelled with the program: nobody waits for the key any more
        }
    }

    private func addIfDue(_ key: Key, _ due: Instant) {
        if state.withLock({ $0.due[key] == due }) { add(key) }
    }

    /// Puts a key in line again after a delay that doubles with every failure.
    package func retry(_ key: Key) {
        let failures = state.withLock { state in
            state.failures[key, default: 0] += 1
            return state.failures[key, default: 0]
        }
        metrics?.retried()
        let doubled = Limits.retryFirst * (1 << min(failures - 1, 20))
        add(key, after: min(doubled, Limits.retryMax))
    }

    /// How often in a row the key has failed.
    package func failures(of key: Key) -> Int { state.withLock { $0.failures[key] ?? 0 } }

    /// Forgets the failures of a key.
    package func forget(_ key: Key) { state.withLock { $0.failures[key] = nil } }

    /// The next key; waits for one, and returns nil when the task is cancelled.
    package func next() async -> Key? {
        let id = state.withLock { state in
            state.nextWaiter += 1
            return state.nextWaiter
        }
        return await withTaskCancellationHandler {
            await withCheckedContinuation { (continuation: CheckedContinuation<Key?, Never>) in
                let immediate = state.withLock { state -> (Waiter, Key?)? in
                    let waiter = Waiter(id: id, continuation: continuation)
                    if Task.isCancelled { return (waiter, nil) }
                    state.workers.append(waiter)
                    defer { metrics?.taken(depth: state.depth) }
                    return state.takeWaiter().map { ($0.0, $0.1) }
                }
                immediate?.0.continuation.resume(returning: immediate?.1)
            }
        } onCancel: {
            let waiter = state.withLock { state -> Waiter? in
                guard let index = state.workers.firstIndex(where: { $0.id == id }) else { return nil }
                return state.workers.remove(at: index)
            }
            waiter?.continuation.resume(returning: nil)
        }
    }

    /// Says that the work on a key has ended.
    package func done(_ key: Key) {
        let isDirty = state.withLock { state in
            state.processing.remove(key)
            return state.dirty.remove(key) != nil
        }
        if isDirty { add(key) }
    }
}
