import Base
import Synchronization

/// Threads that ask one model whose answers take their time, so that the loops go on meanwhile.
///
/// They end with their owner, after the work that waits.
package final class ModelThreads: Sendable {
    private let queue: Queue

    /// - Parameters:
    ///   - name: what lists of threads show.
    ///   - count: how many requests are worked on at once.
    ///   - queueMax: how many may wait besides.
    package init(name: String, count: Int, queueMax: Int = ModelServerLimits.waitingRequestsMax) {
        queue = Queue(jobsMax: queueMax)
        for _ in 0..<count { OwnThread.start(name: name) { [queue] in queue.work() } }
    }

    deinit { queue.end() }

    /// Does some work as soon as a thread is free; false, and it is never done, where too much waits already.
    package func add(_ job: @escaping @Sendable () -> Void) -> Bool { queue.add(job) }

    /// What the threads and their owner share.
    private final class Queue: Sendable {
        private struct State {
            var jobs: [@Sendable () -> Void] = []
            var idle = 0
            var isEnding = false
        }

        private let jobsMax: Int
        private let state = Mutex(State())
        private let wakeup = Wakeup()

        init(jobsMax: Int) { self.jobsMax = jobsMax }

        func add(_ job: @escaping @Sendable () -> Void) -> Bool {
            let isTaken = state.withLock { state in
                guard state.jobs.count < jobsMax + state.idle else { return false }
                state.jobs.append(job)
                return true
            }
            if isTaken { wakeup.wake() }
            return isTaken
        }

        func end() {
            state.withLock { $0.isEnding = true }
            wakeup.wake()
        }

        func work() {
            while true {
                state.withLock { $0.idle += 1 }
                wakeup.wait()
                let (job, isOver) = state.withLock { state in
                    state.idle -= 1
                    return (state.jobs.isEmpty ? nil : state.jobs.removeFirst(), state.isEnding)
                }
                job?()
                if job == nil, isOver {
                    // The next thread ends too.
                    return wakeup.wake()
                }
            }
        }
    }
}
