import Base
package import KubeModel

/// The services as `roost top` shows them: what came in between two looks, and what runs for it now.
package struct TopTable: Equatable, Sendable {
    /// What rows are sorted by; but for names, the largest is first.
    package enum Order: String, CaseIterable, Sendable {
        case rps, p99, errors, cpu, memory, name
    }

    /// One service.
    package struct Row: Equatable, Sendable {
        package let key: ObjectKey
        package let isReady: Bool
        /// Requests per second; nil, as all that is nil, where nobody knows.
        package let rate: Double?
        package let p50: RouteTraffic.Quantile?
        package let p99: RouteTraffic.Quantile?
        /// The share of requests that the server failed.
        package let errors: Double?
        package let readyReplicas: Int
        package let replicas: Int
        /// Cores.
        package let cpu: Double?
        /// Bytes.
        package let memory: Double?
    }

    package let rows: [Row]

    /// - Parameter earlier: the look before; requests are counted from there.
    package init(_ now: TopSnapshot, since earlier: TopSnapshot, order: Order = .rps) {
        rows = now.services.map { TopTable.row($0, now, earlier) }.sorted { TopTable.isBefore($0, $1, order) }
    }

    private static func row(_ service: KubeObject, _ now: TopSnapshot, _ earlier: TopSnapshot) -> Row {
        let pods = now.pods(of: service)
        let seconds = (now.at - earlier.at).seconds
        let known = now.traffic(of: service)
        let traffic = known?.since(earlier.traffic(of: service) ?? known ?? RouteTraffic())
        return Row(
            key: service.key,
            isReady: Conditions(service.status["conditions"]).isTrue("Ready"),
            rate: seconds > 0 ? traffic.map { $0.requests / seconds } : nil,
            p50: traffic?.quantile(0.5),
            p99: traffic?.quantile(0.99),
            errors: traffic?.errors,
            readyReplicas: pods.count { Conditions($0.status["conditions"]).isTrue("Ready") },
            replicas: pods.count,
            cpu: now.usage(of: pods, "cpu"),
            memory: now.usage(of: pods, "memory")
        )
    }

    private static func isBefore(_ left: Row, _ right: Row, _ order: Order) -> Bool {
        func figure(_ row: Row) -> Double {
            let figure: Double? =
                switch order {
                case .rps: row.rate
                case .p99: row.p99?.seconds
                case .errors: row.errors
                case .cpu: row.cpu
                case .memory: row.memory
                case .name: 0
                }
            return figure ?? -1
        }
        let (first, second) = (figure(left), figure(right))
        return first != second ? first > second : left.key < right.key
    }
}

// MARK: - text

extension TopTable {
    /// Head and rows, aligned.
    package func text(showsNamespace: Bool) -> String {
        let head = ["NAME", "READY", "RPS", "P50", "P99", "ERRORS", "REPLICAS", "CPU", "MEMORY"]
        let cells = rows.map { row in
            [
                row.key.name, row.isReady ? "yes" : "no", row.rate.map(TopTable.number) ?? "-",
                TopTable.time(row.p50), TopTable.time(row.p99),
                row.errors.map { TopTable.number($0 * 100) + "%" } ?? "-",
                "\(row.readyReplicas)/\(row.replicas)", row.cpu.map { "\(Int(($0 * 1000).rounded()))m" } ?? "-",
                row.memory.map { "\(Int(($0 / 1_048_576).rounded()))Mi" } ?? "-",
            ]
        }
        let namespaces = ["NAMESPACE"] + rows.map { $0.key.namespace ?? "" }
        let table = showsNamespace ? zip(namespaces, [head] + cells).map { [$0] + $1 } : [head] + cells
        return TableText.align(table)
    }

    /// One line about all of them.
    package var summary: String {
        let unready = rows.count { !$0.isReady }
        let rates = rows.compactMap(\.rate)
        let rate = rates.isEmpty ? "rps unknown" : "\(TopTable.number(rates.reduce(0, +))) rps"
        return "\(rows.count) services, \(unready) not ready, \(rate), \(rows.reduce(0) { $0 + $1.replicas }) replicas"
    }

    /// What fits a terminal of that size: the summary, the head, and as many rows as there is room for.
    package func screen(width: Int, height: Int, showsNamespace: Bool, note: String = "") -> [String] {
        let table = text(showsNamespace: showsNamespace).split(separator: "\n").map(String.init)
        let room = max(2, height) - 2
        let top = ["roost top: \(summary)" + (note.isEmpty ? "" : "  (\(note))"), ""]
        guard table.count > room else { return (top + table).map { String($0.prefix(max(1, width))) } }
        let shown = table.prefix(max(1, room - 1))
        let more = "... \(table.count - shown.count) more"
        return (top + shown + [more]).prefix(max(2, height)).map { String($0.prefix(max(1, width))) }
    }

    /// Three digits or so.
    private static func number(_ value: Double) -> String {
        if value >= 100 || value == 0 { return String(Int(min(value, 1e15).rounded())) }
        let tenths = Int((value * 10).rounded())
        guard value < 1 else { return "\(tenths / 10).\(tenths % 10)" }
        let hundredths = Int((value * 100).rounded())
        return "\(hundredths / 100).\(hundredths % 100 < 10 ? "0" : "")\(hundredths % 100)"
    }

    private static func time(_ quantile: RouteTraffic.Quantile?) -> String {
        switch quantile {
        case nil: "-"
        case .below(let seconds): "<" + time(seconds)
        case .about(let seconds): time(seconds)
        case .above(let seconds): ">" + time(seconds)
        }
    }

    private static func time(_ seconds: Double) -> String {
        seconds < 1 ? "\(number(seconds * 1000))ms" : "\(number(seconds))s"
    }
}
