import Synchronization

/// Which services serve, as the health service tells it; may be asked and told on any thread.
package final class HealthRegister: Sendable {
    /// What the protocol can say of a service (grpc.health.v1.HealthCheckResponse.ServingStatus).
    package enum Status: Int64, Sendable {
        case unknown, serving, notServing, serviceUnknown
    }

    /// Takes note of a status, or of the end, which is nil; called on the thread of whoever told.
    typealias Watcher = @Sendable (Status?) -> Void

    private struct State {
        var statuses: [String: Status] = [:]
        var watchers: [Int: (service: String, call: Watcher)] = [:]
        var nextWatcher = 0
    }

    private let state = Mutex(State())

    /// A register in which nothing is known.
    package init() {}

    /// What is known of `service`; the empty name is the server as a whole.
    package func status(of service: String) -> Status? { state.withLock { $0.statuses[service] } }

    /// Says how `service` is, and tells those who watch it.
    package func set(_ service: String, _ status: Status) {
        let concerned = state.withLock { state in
            guard state.statuses.updateValue(status, forKey: service) != status else { return [Watcher]() }
            return state.watchers.values.filter { $0.service == service }.map(\.call)
        }
        for watcher in concerned { watcher(status) }
    }

    /// Says that nothing serves any more, and ends the calls that watch: they must not hold up the server's end.
    package func end() {
        let concerned = state.withLock { state in
            defer { state.watchers = [:] }
            for service in state.statuses.keys { state.statuses[service] = .notServing }
            return state.watchers.values.map { (isKnown: state.statuses[$0.service] != nil, call: $0.call) }
        }
        for watcher in concerned {
            if watcher.isKnown { watcher.call(.notServing) }
            watcher.call(nil)
        }
    }

    /// Calls `watcher` with the status of `service` now and whenever it changes, until `unwatch`.
    func watch(_ service: String, _ watcher: @escaping Watcher) -> Int {
        let (number, status) = state.withLock { state in
            state.nextWatcher += 1
            state.watchers[state.nextWatcher] = (service, watcher)
            return (state.nextWatcher, state.statuses[service])
        }
        watcher(status ?? .serviceUnknown)
        return number
    }

    func unwatch(_ number: Int) { state.withLock { _ = $0.watchers.removeValue(forKey: number) } }
}
