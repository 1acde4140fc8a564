import Base
import KubeModel

// The table.
extension SimulationResult {
    private static let columns = [
        "SERVICE", "REQUESTS", "COLD STARTS", "HELD", "504", "503", "P50", "P90", "P99", "MAX", "PEAK", "REPLICA-HOURS",
    ]

    /// All services together, then those with the most requests.
    ///
    /// - Parameter most: services that have a line.
    package func table(most: Int) -> [[String]] {
        let order = services.indices.sorted { (services[$1].requests, $0) < (services[$0].requests, $1) }
        let rows = order.prefix(most).map { services[$0] }
        return [SimulationResult.columns, row(total, named: "all \(services.count)")]
            + rows.map { row($0, named: $0.name) }
    }

    private func row(_ service: ServiceOutcome, named name: String) -> [String] {
        let quantiles = [0.5, 0.9, 0.99].map { service.latency.quantile($0).map(SimulationResult.time) ?? "-" }
        let counts = [service.requests, UInt64(service.coldStarts), service.held, service.timedOut, service.rejected]
        return [name] + counts.map { String($0) } + quantiles
            + [service.latency.count == 0 ? "-" : SimulationResult.time(service.latency.longest)]
            + [String(service.peak), SimulationResult.decimal(service.replicaHours, places: 2)]
    }

    /// `350us`, `12.4ms`, `3.21s`.
    static func time(_ nanoseconds: Int64) -> String {
        let micros = Double(nanoseconds) / 1000
        if micros < 1000 { return decimal(micros, places: 0) + "us" }
        return micros < 1e6 ? decimal(micros / 1000, places: 1) + "ms" : decimal(micros / 1e6, places: 2) + "s"
    }

    /// A number with so many digits behind the point.
    static func decimal(_ number: Double, places: Int) -> String {
        let scale = [1.0, 10, 100, 1000][min(places, 3)]
        let scaled = Int64((min(number, 1e15) * scale).rounded())
        let (whole, rest) = scaled.quotientAndRemainder(dividingBy: Int64(scale))
        return places == 0 ? String(whole) : "\(whole)." + String(Int64(scale) + rest).dropFirst()
    }
}
