import Pickle
import Prediction
import Sklearn

/// The curve of scikit-learn's IsotonicRegression: straight lines between thresholds.
struct IsotonicCurve: RowScorer {
    /// What becomes of numbers outside the thresholds.
    enum Outside: Sendable { case clip, missing, refuse }

    private let x: [Double]
    private let y: [Double]
    private let outside: Outside

    var columns: Int { 1 }
    var outputs: Int { 1 }

    init(_ value: PickleValue) throws(ModelDefect) {
        x = try value.member("X_thresholds_").tensor().values
        y = try value.member("y_thresholds_").vector(x.count)
        guard !x.isEmpty, zip(x, x.dropFirst()).allSatisfy({ $0 < $1 }) else {
            throw value.defect("X_thresholds_ do not rise")
        }
        let wanted = try value.member("out_of_bounds")
        outside = wanted.isText("clip") ? .clip : wanted.isText("nan") ? .missing : .refuse
    }

    static func buildRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        try builder.regressor(value, IsotonicCurve(value), isFlat: true)
    }

    /// The curve at `number`; nil where it may not be asked there.
    func value(at number: Double) -> Double? {
        if y.count == 1 { return y[0] }
        guard let low = x.first, let high = x.last else { return nil }
        var number = number
        if number < low || number > high {
            switch outside {
            case .clip: number = min(high, max(low, number))
            case .missing: return .nan
            case .refuse: return nil
            }
        }
        var (first, last) = (0, x.count - 1)
        while last - first > 1 {
            let middle = (first + last) / 2
            if x[middle] <= number { first = middle } else { last = middle }
        }
        if number == x[last] { return y[last] }
        return (y[last] - y[first]) / (x[last] - x[first]) * (number - x[first]) + y[first]
    }

    func score(
        _ row: Span<Double>,
        into result: inout MutableSpan<Double>,
        _ space: inout MutableSpan<Double>
    ) throws(InputDefect) {
        guard let value = value(at: row[0]) else {
            throw InputDefect("A value (\(row[0])) in x_new is outside the interpolation range.")
        }
        result[0] = value
    }
}
