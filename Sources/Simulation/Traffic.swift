import Base

/// The requests of every service over the time of a simulation, as counts of equal spans of time.
///
/// Within a span the requests of its count come at random, as those of a Poisson process do that had so many. So a trace of
/// counts is followed to the request, and a pattern costs nothing where nothing comes.
package struct Traffic: Sendable {
    /// Where counts come from.
    enum Source: Sendable {
        /// As they were recorded, a row a service.
        case trace([[UInt32]])
        /// Drawn by the seed around a rate that the pattern gives.
        case pattern(LoadPattern)
    }

    let source: Source
    /// Length of a span.
    let span: Duration
    package let duration: Duration
    /// The services' names, in order.
    package let services: [String]
    let seed: UInt64

    /// Bounds of what is simulated.
    package enum Limits {
        /// Services at most.
        package static let services = 100_000
        /// Requests of one service in one span at most.
        static let countMax: UInt32 = 1_000_000_000
        /// Cells of a trace at most.
        static let cells = 50_000_000
        /// A simulated time at most.
        package static var duration: Duration { .seconds(400 * 86_400) }
    }

    /// Requests by a pattern.
    package init(pattern: LoadPattern, services: Int, duration: Duration, seed: UInt64) {
        source = .pattern(pattern)
        span = .seconds(10)
        self.duration = duration
        self.services = (0..<services).map { "service-\($0)" }
        self.seed = seed
    }

    init(counts: [[UInt32]], span: Duration, services: [String], seed: UInt64) {
        source = .trace(counts)
        self.span = span
        duration = span * (counts.map(\.count).max() ?? 0)
        self.services = services
        self.seed = seed
    }

    /// The requests of one service, one after the other.
    func arrivals(of service: Int) -> Arrivals { Arrivals(self, service: service) }
}

/// When the requests of one service come, in nanoseconds from the beginning.
struct Arrivals: Sendable {
    private let traffic: Traffic
    private let service: Int
    private let spanLength: Int64
    private let spans: Int
    private var chance: SeededGenerator
    private var span = -1
    /// Requests of this span that are still to come, and how much of it has passed, as a share of 1.
    private var left = 0
    private var passed = 0.0

    fileprivate init(_ traffic: Traffic, service: Int) {
        self.traffic = traffic
        self.service = service
        spanLength = traffic.span.nanoseconds
        spans = Int((traffic.duration.nanoseconds + spanLength - 1) / max(1, spanLength))
        chance = SeededGenerator(seed: traffic.seed &+ UInt64(service) &* 0x9E37_79B9_7F4A_7C15)
    }

    /// The next request; nil when there is none any more.
    mutating func next() -> Int64? {
        while left == 0 {
            guard span + 1 < spans else { return nil }
            span += 1
            left = count(of: span)
            passed = 0
        }
        // The least of so many uniform numbers of what is left.
        passed += (1 - passed) * (1 - chance.root(left))
        left -= 1
        return Int64(span) * spanLength + min(Int64(passed * Double(spanLength)), spanLength - 1)
    }

    private mutating func count(of span: Int) -> Int {
        switch traffic.source {
        case .trace(let counts):
            let row = counts[service]
            return span < row.count ? Int(row[span]) : 0
        case .pattern(let pattern):
            let middle = (Double(span) + 0.5) * Double(spanLength) / 1e9
            let rate = pattern.rate(service: service, of: traffic.services.count, at: middle, traffic.duration.seconds)
            return chance.poisson(rate * Double(spanLength) / 1e9)
        }
    }
}
