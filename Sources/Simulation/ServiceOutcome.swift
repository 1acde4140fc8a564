import Base

/// What became of the requests of a service, and what its replicas cost.
struct ServiceOutcome: Sendable {
    /// One point of the chart.
    struct Point: Sendable {
        var requests: UInt64 = 0
        /// Nanoseconds of all ready, and of all starting replicas together.
        var ready: Int64 = 0
        var starting: Int64 = 0
        /// Requests that came then and were answered, and the nanoseconds that they took together.
        var answered: UInt64 = 0
        var took: UInt64 = 0
    }

    let name: String
    var requests: UInt64 = 0
    var latency = LatencyHistogram()
    /// Requests that came when no replica was ready.
    var held: UInt64 = 0
    var timedOut: UInt64 = 0
    var rejected: UInt64 = 0
    /// Starts from no replica at all, and of all replicas.
    var coldStarts = 0
    var starts = 0
    /// The most replicas at a time.
    var peak = 0
    var points: [Point]

    init(name: String, points: Int) {
        self.name = name
        self.points = Array(repeating: Point(), count: points)
    }

    mutating func count(request time: Int64, _ plan: SimulationPlan) {
        requests += 1
        points[plan.point(time)].requests += 1
    }

    mutating func answer(arrival: Int64, took nanoseconds: Int64, _ plan: SimulationPlan) {
        latency.record(nanoseconds)
        let point = plan.point(arrival)
        points[point].answered += 1
        points[point].took += UInt64(max(0, nanoseconds))
    }

    /// Counts replicas over a time that may cover several points.
    mutating func count(ready: Int, starting: Int, from begin: Int64, to end: Int64, _ plan: SimulationPlan) {
        guard ready + starting > 0, end > begin else { return }
        let length = Double(plan.traffic.duration.nanoseconds) / Double(plan.points)
        var time = begin
        var point = plan.point(begin)
        while time < end {
            let next = point == plan.points - 1 ? end : min(end, max(time + 1, Int64(Double(point + 1) * length)))
            points[point].ready += Int64(ready) * (next - time)
            points[point].starting += Int64(starting) * (next - time)
            time = next
            point = min(point + 1, plan.points - 1)
        }
    }

    /// Hours of all its replicas, those that start among them.
    var replicaHours: Double { points.reduce(0) { $0 + Double($1.ready + $1.starting) } / 3.6e12 }
}
