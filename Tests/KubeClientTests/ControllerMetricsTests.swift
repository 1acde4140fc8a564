import Base
import KubeClient
import KubeModel
import Synchronization
import Testing

@Suite(.timeLimit(.minutes(1)))
struct ControllerMetricsTests {
    /// How the reconciles of one key end, one after the other.
    private final class Script: Sendable {
        let next = Mutex(0)
    }

    @Test func everyEndOfAReconcileIsCounted() async throws {
        let (registry, script) = (MetricRegistry(), Script())
        let (ends, ended) = AsyncStream<Void>.makeStream()
        let controller = Controller("c", workers: 1, registry: registry) { _ in
            let turn = script.next.withLock { turn in
                turn += 1
                return turn
            }
            switch turn {
            case 1: throw APIStatus(.conflict, "changed meanwhile")
            case 2: return .again(after: .zero)
            case 3: throw Terminal("cannot be mended")
            default:
                ended.finish()
                return .settled
            }
        }
        let work = Task { try await controller.run() }
        controller.queue.add(ObjectKey(namespace: nil, name: "k"))
        // The fourth turn is another key's: the first has been given up.
        while !registry.exposition().contains("terminal_reconcile_errors_total{controller=\"c\"} 1") {
            await Task.yield()
        }
        controller.queue.add(ObjectKey(namespace: nil, name: "other"))
        for await _ in ends {}
        work.cancel()
        _ = await work.result
        let text = registry.exposition()
        for (series, count) in [
            ("reconcile_total{controller=\"c\",result=\"requeue_after\"}", 1),
            ("reconcile_total{controller=\"c\",result=\"error\"}", 2), ("reconcile_errors_total{controller=\"c\"}", 2),
            ("reconcile_total{controller=\"c\",result=\"success\"}", 1),
            ("reconcile_time_seconds_count{controller=\"c\"}", 4),
            ("max_concurrent_reconciles{controller=\"c\"}", 1),
        ] {
            let value = series.hasPrefix("max") ? "\(Double(count))" : "\(count)"
            #expect(text.contains("controller_runtime_\(series) \(value)\n"), "\(text)")
        }
        #expect(
            text.contains("workqueue_adds_total{name=\"c\"} 4\n")
                && text.contains("workqueue_retries_total{name=\"c\"} 1\n")
        )
        #expect(text.contains("workqueue_depth{name=\"c\"} 0.0\n"))
    }
}
