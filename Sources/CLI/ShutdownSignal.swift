import CLinux
import Synchronization

/// Becomes true once, when the program is asked to end by INT or TERM.
package final class ShutdownSignal: Sendable {
    private let state = Mutex(State())

    private struct State {
        var isRequested = false
        var waiting: [CheckedContinuation<Void, Never>] = []
    }

    package init() {}

    /// Asks everybody who waits to end.
    package func request() {
        let waiting = state.withLock { state in
            state.isRequested = true
            defer { state.waiting = [] }
            return state.waiting
        }
        waiting.forEach { $0.resume() }
    }

    /// Returns when the program is asked to end.
    package func requested() async {
        await withCheckedContinuation { continuation in
            let isRequested = state.withLock { state in
                if !state.isRequested { state.waiting.append(continuation) }
                return state.isRequested
            }
            if isRequested { continuation.resume() }
        }
    }
}

/// INT and TERM as values that one thread waits for: no code runs inside a signal handler.
///
/// Blocked before the first thread starts, so that every thread inherits it; children get their signals back.
enum TerminationSignals {
    /// Blocks INT and TERM for this thread and all it will start, and ignores PIPE.
    static func block() {
        var set = make()
        pthread_sigmask(SIG_BLOCK, &set, nil)
        clinux_ignore_sigpipe()
    }

    /// Waits for the next INT or TERM.
    static func wait() {
        var set = make()
        var number: Int32 = 0
        while sigwait(&set, &number) != 0 {}
    }

    private static func make() -> sigset_t {
        var set = sigset_t()
        sigemptyset(&set)
        sigaddset(&set, SIGINT)
        sigaddset(&set, SIGTERM)
        return set
    }
}
