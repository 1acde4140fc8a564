import Base
import KubeClient
import KubeModel

/// Deletes Events that are old, or too many.
struct EventSweeper: Sendable {
    let api: any KubernetesAPI
    let time: any TimeSource

    private static let interval: Duration = .seconds(60)

    /// Sweeps every minute until the task is cancelled.
    func run() async throws {
        let log = Log("event-sweeper")
        while true {
            do throws(APIStatus) {
                try await sweep()
            } catch {
                log.debug("sweep failed", ["why": error.message])
            }
            try await time.sleep(EventSweeper.interval)
        }
    }

    /// Deletes what is surplus now.
    func sweep() async throws(APIStatus) {
        let events = try await api.list(.events).items
        for key in EventSweep.surplus(events, now: time.wall()) {
            do throws(APIStatus) {
                try await api.delete(.events, key)
            } catch {
                if error.reason != .notFound { throw error }
            }
        }
    }
}
