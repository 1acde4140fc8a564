package import Base
package import KubeModel
import Synchronization

/// One thread's count of one Service's requests: those that run and those that wait are both under way.
///
/// Its lock is shared only with the board, which takes it once a report.
package final class LoadMeter: Sendable {
    package let service: ObjectKey
    private let stats: Mutex<RequestStats?>
    private let arrival: @Sendable () -> Void

    /// - Parameters:
    ///   - start: from when on it counts; nil begins with the first request.
    ///   - arrival: told of requests that found no ready endpoint.
    init(_ service: ObjectKey, start: Instant?, arrival: @escaping @Sendable () -> Void) {
        self.service = service
        self.arrival = arrival
        stats = Mutex(start.map(RequestStats.init))
    }

    /// A request has come.
    package func begin(at now: Instant) {
        stats.withLock { stats in
            if stats == nil { stats = RequestStats(start: now) }
            stats?.begin(at: now)
        }
    }

    /// A request that was begun is over.
    package func end(at now: Instant) { stats.withLock { $0?.end(at: now) } }

    /// A request found no ready endpoint: told at once, so that nobody waits for the next report.
    package func arrivedAtNone() { arrival() }

    /// What was counted since the last report; nil where no request has ever come.
    func report(at now: Instant) -> RequestStats.Report? { stats.withLock { $0?.report(at: now) } }
}
