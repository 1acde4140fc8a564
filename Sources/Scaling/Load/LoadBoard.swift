package import Base
package import KubeModel
import Synchronization

/// Where the gateway's threads tell the autoscaler what they carry. Meters live as long as somebody counts with them.
package final class LoadBoard: Sendable {
    private struct State {
        var meters: [ObjectKey: [WeakMeter]] = [:]
        var lastReport: Instant?
    }

    private struct WeakMeter {
        weak var meter: LoadMeter?
    }

    private let state = Mutex(State())
    private let arrivalsSink: AsyncStream<ObjectKey>.Continuation

    /// Arrivals that nobody has taken yet; of more, the oldest are left to the next report, which counts them too.
    private static let arrivalsMax = 4096

    /// Services whose first request found no ready endpoint, at once (never waits for a report). For one reader.
    package let arrivals: AsyncStream<ObjectKey>

    package init() {
        (arrivals, arrivalsSink) = AsyncStream.makeStream(bufferingPolicy: .bufferingNewest(Self.arrivalsMax))
    }

    /// A new meter of one traffic thread for the Service of this name.
    package func meter(for service: ObjectKey) -> LoadMeter {
        state.withLock { state in
            // Nothing was carried by it before: its first report is of the same time as the others'.
            let meter = LoadMeter(service, start: state.lastReport) { [arrivalsSink] in arrivalsSink.yield(service) }
            state.meters[service, default: []].append(WeakMeter(meter: meter))
            return meter
        }
    }

    /// What was carried since the last report, by Service; Services without a meter are absent. For one reader.
    package func report(at now: Instant) -> [ObjectKey: LoadReport] {
        state.withLock { state in
            state.lastReport = now
            var reports: [ObjectKey: LoadReport] = [:]
            for (service, meters) in state.meters {
                let held = meters.filter { $0.meter != nil }
                state.meters[service] = held.isEmpty ? nil : held
                if held.isEmpty { continue }
                reports[service] = LoadReport(held.compactMap { $0.meter?.report(at: now) })
            }
            return reports
        }
    }
}

/// What all threads together carried of one Service from one report to the next.
package struct LoadReport: Sendable, Equatable {
    /// Requests that were under way at once, on average.
    package var averageConcurrency: Double
    /// Requests that came, per second.
    package var requestRate: Double
    /// Requests under way at the time of the report, running and held ones.
    package var inFlight: Int

    package init(averageConcurrency: Double = 0, requestRate: Double = 0, inFlight: Int = 0) {
        self.averageConcurrency = averageConcurrency
        self.requestRate = requestRate
        self.inFlight = inFlight
    }

    init(_ reports: [RequestStats.Report]) {
        self.init()
        for report in reports {
            averageConcurrency += report.averageConcurrency
            requestRate += report.seconds > 0 ? Double(report.requests) / report.seconds : 0
            inFlight += report.inFlight
        }
    }
}
