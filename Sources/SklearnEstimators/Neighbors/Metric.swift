import Glibc
import Pickle
import Prediction
import Sklearn

/// A measure of distance, by its rank: a number that grows with the distance and costs less.
enum Metric: Sendable {
    /// (Σ weight |x − y|ᵖ)^1/p; rank: the sum
    case minkowski(p: Double, weights: [Double]?)
    /// max |x − y|
    case chebyshev
    /// √ Σ (x − y)² / variance
    case standardized(variances: [Double])
    /// √ (x − y) × inverse × (x − y)ᵀ
    case mahalanobis(inverse: Matrix)
    /// Along the sphere between points of latitude and longitude in radians.
    case haversine
    /// 1 − x · y / |x||y|
    case cosine
    /// The same of x and y less their means.
    case correlation
    /// Σ |x − y| / (|x| + |y|)
    case canberra
    /// Σ |x − y| / Σ (|x| + |y|)
    case brayCurtis
    /// Share of columns that differ.
    case hamming
    /// Σ (x − y)²
    case squaredEuclidean

    static let euclidean = Metric.minkowski(p: 2, weights: nil)

    /// `effective_metric_` with `effective_metric_params_`.
    init(_ name: PickleValue, _ parameters: PickleValue?, columns: Int) throws(ModelDefect) {
        switch try name.text() {
        case "euclidean", "l2": self = .euclidean
        case "manhattan", "l1", "cityblock": self = .minkowski(p: 1, weights: nil)
        case "chebyshev", "infinity": self = .chebyshev
        case "minkowski", "p", "wminkowski":
            let p = try parameters?.optional("p")?.number() ?? 2
            guard p > 0 else { throw name.defect("has the power \(p)") }
            let weights = try parameters?.optional("w")?.vector(columns)
            self = p == .infinity ? .chebyshev : .minkowski(p: p, weights: weights)
        case "seuclidean":
            guard let variances = try parameters?.optional("V") else { throw name.defect("has no variances") }
            self = .standardized(variances: try variances.vector(columns))
        case "mahalanobis":
            guard let inverse = try parameters?.optional("VI") else {
                throw name.refusal(.metricCovariance)
            }
            self = .mahalanobis(inverse: try inverse.matrix(rows: columns, columns: columns))
        case "haversine":
            guard columns == 2 else { throw name.defect("haversine is for two columns, not \(columns)") }
            self = .haversine
        case "cosine": self = .cosine
        case "correlation": self = .correlation
        case "canberra": self = .canberra
        case "braycurtis": self = .brayCurtis
        case "hamming": self = .hamming
        case "sqeuclidean": self = .squaredEuclidean
        case let other: throw name.refusal(.metric, "metric \(other) cannot be served natively")
        }
    }

    /// The rank of the distance between a row and the point that begins at `start` of `points`.
    func rank(_ x: Span<Double>, _ points: Span<Double>, at start: Int) -> Double {
        switch self {
        case .minkowski(let p, let weights?):
            return Metric.sum(x, points, start) { weights[$2] * pow(abs($0 - $1), p) }
        case .minkowski(let p, nil):
            if p == 2 { return Metric.square(x, points, start) }
            if p == 1 { return Metric.sum(x, points, start) { x, y, _ in abs(x - y) } }
            return Metric.sum(x, points, start) { x, y, _ in pow(abs(x - y), p) }
        case .squaredEuclidean: return Metric.square(x, points, start)
        case .chebyshev:
            var most = 0.0
            for index in x.indices { most = max(most, abs(x[index] - points[start + index])) }
            return most
        case .standardized(let variances):
            return Metric.sum(x, points, start) { ($0 - $1) * ($0 - $1) / variances[$2] }
        case .mahalanobis(let inverse): return Metric.mahalanobis(x, points, start, inverse)
        case .haversine:
            let (latitude, longitude) = (sin(0.5 * (x[0] - points[start])), sin(0.5 * (x[1] - points[start + 1])))
            return latitude * latitude + cos(x[0]) * cos(points[start]) * longitude * longitude
        case .cosine: return Metric.cosine(x, points, start, 0, 0)
        case .correlation:
            let count = Double(x.count)
            let own = Metric.sum(x, points, start) { x, _, _ in x } / count
            let other = Metric.sum(x, points, start) { _, y, _ in y } / count
            return Metric.cosine(x, points, start, own, other)
        case .canberra:
            return Metric.sum(x, points, start) { x, y, _ in x == y ? 0 : abs(x - y) / (abs(x) + abs(y)) }
        case .brayCurtis:
            let total = Metric.sum(x, points, start) { x, y, _ in abs(x) + abs(y) }
            return total > 0 ? Metric.sum(x, points, start) { x, y, _ in abs(x - y) } / total : 0
        case .hamming: return Metric.sum(x, points, start) { x, y, _ in x == y ? 0 : 1 } / Double(max(1, x.count))
        }
    }

    /// The distance of a rank.
    func distance(_ rank: Double) -> Double {
        switch self {
        case .minkowski(let p, _): p == 2 ? rank.squareRoot() : p == 1 ? rank : pow(rank, 1 / p)
        case .standardized, .mahalanobis: rank.squareRoot()
        case .haversine: 2 * asin(rank.squareRoot())
        default: rank
        }
    }

    /// The rank of a distance.
    func rank(ofDistance distance: Double) -> Double {
        switch self {
        case .minkowski(let p, _): p == 2 ? distance * distance : p == 1 ? distance : pow(distance, p)
        case .standardized, .mahalanobis: distance * distance
        case .haversine: pow(sin(0.5 * distance), 2)
        default: distance
        }
    }

    /// Sums over the columns; `term` is given both numbers and the column.
    @inline(__always)
    private static func sum(
        _ x: Span<Double>,
        _ points: Span<Double>,
        _ start: Int,
        _ term: (Double, Double, Int) -> Double
    ) -> Double {
        var sum = 0.0
        for index in x.indices { sum += term(x[index], points[start + index], index) }
        return sum
    }

    private static func square(_ x: Span<Double>, _ points: Span<Double>, _ start: Int) -> Double {
        var sum = 0.0
        for index in x.indices {
            let away = x[index] - points[start + index]
            sum += away * away
        }
        return sum
    }

    private static func cosine(
        _ x: Span<Double>,
        _ points: Span<Double>,
        _ start: Int,
        _ mean: Double,
        _ otherMean: Double
    ) -> Double {
        var (product, own, other) = (0.0, 0.0, 0.0)
        for index in x.indices {
            let (a, b) = (x[index] - mean, points[start + index] - otherMean)
            product += a * b
            own += a * a
            other += b * b
        }
        let lengths = own.squareRoot() * other.squareRoot()
        return lengths > 0 ? min(2, max(0, 1 - product / lengths)) : 1
    }

    private static func mahalanobis(
        _ x: Span<Double>,
        _ points: Span<Double>,
        _ start: Int,
        _ inverse: Matrix
    ) -> Double {
        var total = 0.0
        for row in x.indices {
            var sum = 0.0
            for column in x.indices {
                sum += inverse.values[row * inverse.columns + column] * (x[column] - points[start + column])
            }
            total += sum * (x[row] - points[start + row])
        }
        return total
    }
}
