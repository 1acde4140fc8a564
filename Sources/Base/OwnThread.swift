import CLinux

/// Threads for work that blocks, apart from the pools that tasks run on.
package enum OwnThread {
    /// Starts a thread of that name (15 letters are shown), which ends with `body`.
    package static func start(name: String, _ body: @escaping @Sendable () -> Void) {
        var thread = pthread_t()
        let work = Unmanaged.passRetained(Work(name: name, body: body)).toOpaque()
        let failure = pthread_create(&thread, nil, run, work)
        precondition(failure == 0, "no thread can be started")
        pthread_detach(thread)
    }

    private static let run: @convention(c) (UnsafeMutableRawPointer?) -> UnsafeMutableRawPointer? = { argument in
        guard let argument else { return nil }
        let work = Unmanaged<Work>.fromOpaque(argument).takeRetainedValue()
        _ = clinux_name_thread(String(work.name.prefix(15)))
        work.body()
        return nil
    }

    private final class Work: Sendable {
        let name: String
        let body: @Sendable () -> Void

        init(name: String, body: @escaping @Sendable () -> Void) {
            self.name = name
            self.body = body
        }
    }
}
