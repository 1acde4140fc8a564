/// What the gateway has counted of one route, or of several together.
package struct RouteTraffic: Equatable, Sendable {
    /// Requests by the class of their status: `2xx`, `499`.
    package var codes: [String: Double] = [:]
    /// Requests by the times that they took at most, in seconds; the last one is infinite.
    package var buckets: [Double: Double] = [:]

    package init(codes: [String: Double] = [:], buckets: [Double: Double] = [:]) {
        self.codes = codes
        self.buckets = buckets
    }

    package var requests: Double { codes.values.reduce(0, +) }
    /// The share of requests that the server failed; nil where there were none.
    package var errors: Double? { requests > 0 ? (codes["5xx"] ?? 0) / requests : nil }

    package static func + (left: RouteTraffic, right: RouteTraffic) -> RouteTraffic {
        RouteTraffic(
            codes: left.codes.merging(right.codes, uniquingKeysWith: +),
            buckets: left.buckets.merging(right.buckets, uniquingKeysWith: +)
        )
    }

    /// What came since `earlier`; a gateway that has begun anew counts from zero.
    package func since(_ earlier: RouteTraffic) -> RouteTraffic {
        func difference<Key>(_ new: [Key: Double], _ old: [Key: Double]) -> [Key: Double] {
            let isAnew = new.contains { $0.value < old[$0.key] ?? 0 }
            return isAnew ? new : new.reduce(into: [:]) { $0[$1.key] = $1.value - (old[$1.key] ?? 0) }
        }
        return RouteTraffic(codes: difference(codes, earlier.codes), buckets: difference(buckets, earlier.buckets))
    }

    /// Where a quantile lies, as far as buckets tell.
    package enum Quantile: Equatable, Sendable {
        /// In the first bucket.
        case below(Double)
        case about(Double)
        /// Beyond the last bound.
        case above(Double)

        package var seconds: Double {
            switch self {
            case .below(let seconds), .about(let seconds), .above(let seconds): seconds
            }
        }
    }

    /// The time that so large a part of the requests took at most; nil where there were none.
    package func quantile(_ part: Double) -> Quantile? {
        let sorted = buckets.sorted { $0.key < $1.key }
        guard let total = sorted.last?.value, total > 0 else { return nil }
        let rank = part * total
        var (bound, count) = (0.0, 0.0)
        for bucket in sorted {
            guard bucket.value < rank else {
                if bound == 0 { return .below(bucket.key) }
                if bucket.key == .infinity { return .above(bound) }
                return .about(bound + (bucket.key - bound) * (rank - count) / (bucket.value - count))
            }
            (bound, count) = (bucket.key, bucket.value)
        }
        return .above(bound)
    }

    /// Reads the gateway's series out of Prometheus' text, by route; other series are passed over.
    package static func read(_ text: String) -> [String: RouteTraffic] {
        var routes: [String: RouteTraffic] = [:]
        for line in text.split(separator: "\n") where line.hasPrefix("roost_gateway_request") {
            guard let sample = Sample(line), let route = sample.labels["route"] else { continue }
            switch sample.name {
            case "roost_gateway_requests_total":
                routes[route, default: RouteTraffic()].codes[sample.labels["code"] ?? "", default: 0] += sample.value
            case "roost_gateway_request_duration_seconds_bucket":
                guard let bound = Double(sample.labels["le"] ?? "") else { continue }
                routes[route, default: RouteTraffic()].buckets[bound, default: 0] += sample.value
            default: continue
            }
        }
        return routes
    }
}

/// One line of Prometheus' text: `name{label="value"} 1`, with whatever stands behind.
private struct Sample {
    let name: Substring
    let labels: [Substring: String]
    let value: Double

    init?(_ line: Substring) {
        guard let open = line.firstIndex(of: "{") else { return nil }
        name = line[..<open]
        var rest = line[line.index(after: open)...]
        var labels: [Substring: String] = [:]
        while !rest.hasPrefix("}") {
            guard let equals = rest.firstRange(of: "=\"") else { return nil }
            let label = rest[..<equals.lowerBound]
            rest = rest[equals.upperBound...]
            guard let value = Sample.quoted(&rest) else { return nil }
            labels[label] = value
            if rest.hasPrefix(",") { rest.removeFirst() }
        }
        self.labels = labels
        guard let number = rest.dropFirst().split(separator: " ").first.flatMap({ Double($0) }) else { return nil }
        value = number
    }

    /// Takes a label's value off, and the quote behind it.
    private static func quoted(_ rest: inout Substring) -> String? {
        var value = ""
        while let character = rest.popFirst() {
            switch character {
            case "\"": return value
            case "\\":
                guard let escaped = rest.popFirst() else { return nil }
                value.append(escaped == "n" ? "\n" : escaped)
            default: value.append(character)
            }
        }
        return nil
    }
}
