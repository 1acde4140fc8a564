import Glibc

/// A measure of distance, as trees of neighbours use it; one type for each, so that their loops are compiled for it.
protocol TreeMetric {
    /// Whether boxes tell how near their points may be.
    var boundsBoxes: Bool { get }
    /// The rank of the distance between a row and the point that begins at `start`.
    func rank(_ x: UnsafeBufferPointer<Double>, _ points: UnsafeBufferPointer<Double>, at start: Int) -> Double
    func distance(_ rank: Double) -> Double
    func rank(ofDistance distance: Double) -> Double
    /// The lowest rank for a box, made larger by how far the row is outside of it along one more axis.
    func widen(_ bound: Double, by away: Double) -> Double
}

struct EuclideanMetric: TreeMetric {
    var boundsBoxes: Bool { true }

    @inline(__always)
    func rank(_ x: UnsafeBufferPointer<Double>, _ points: UnsafeBufferPointer<Double>, at start: Int) -> Double {
        var sum = 0.0
        for index in x.indices {
            let away = x[index] - points[start + index]
            sum += away * away
        }
        return sum
    }

    @inline(__always) func distance(_ rank: Double) -> Double { rank.squareRoot() }
    @inline(__always) func rank(ofDistance distance: Double) -> Double { distance * distance }
    @inline(__always) func widen(_ bound: Double, by away: Double) -> Double { bound + away * away }
}

struct ManhattanMetric: TreeMetric {
    var boundsBoxes: Bool { true }

    @inline(__always)
    func rank(_ x: UnsafeBufferPointer<Double>, _ points: UnsafeBufferPointer<Double>, at start: Int) -> Double {
        var sum = 0.0
        for index in x.indices { sum += abs(x[index] - points[start + index]) }
        return sum
    }

    @inline(__always) func distance(_ rank: Double) -> Double { rank }
    @inline(__always) func rank(ofDistance distance: Double) -> Double { distance }
    @inline(__always) func widen(_ bound: Double, by away: Double) -> Double { bound + away }
}

/// Any other measure.
struct GeneralMetric: TreeMetric {
    let metric: Metric

    var boundsBoxes: Bool {
        switch metric {
        case .chebyshev, .minkowski: true
        default: false
        }
    }

    func rank(_ x: UnsafeBufferPointer<Double>, _ points: UnsafeBufferPointer<Double>, at start: Int) -> Double {
        metric.rank(x.span, points.span, at: start)
    }

    func distance(_ rank: Double) -> Double { metric.distance(rank) }
    func rank(ofDistance distance: Double) -> Double { metric.rank(ofDistance: distance) }

    func widen(_ bound: Double, by away: Double) -> Double {
        switch metric {
        case .minkowski(p: 2, _): bound + away * away
        case .minkowski(let p, _): bound + pow(away, p)
        default: max(bound, away)
        }
    }
}
