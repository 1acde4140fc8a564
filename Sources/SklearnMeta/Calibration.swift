import Glibc
import Pickle
import Prediction
import Sklearn

/// scikit-learn's CalibratedClassifierCV: scores of estimators made into probabilities, and their mean.
enum Calibration {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let labels = try value.member("classes_").labels()
        var parts: [Part] = []
        var members: [CalibratedMean.Member] = []
        for calibrated in try value.member("calibrated_classifiers_").elements() {
            let inner = try calibrated.member("estimator", formerly: "base_estimator")
            var part = try builder.part(inner, asking: [.decision, .probabilities])
            if labels.count == 2, part.width == 2 { part.taken = 1..<2 }
            members.append(try member(calibrated, part, labels))
            parts.append(part)
        }
        guard !members.isEmpty else { throw value.defect("has no calibrated classifiers") }
        let answers = PartAnswers(parts, columns: try value.columnCount())
        let mean = CalibratedMean(columns: answers.outputColumns, outputs: labels.count, members: members)
        return try builder.classifier(value, mean, labels, probabilities: .identity, decision: nil, of: answers)
    }

    private static func member(
        _ value: PickleValue,
        _ part: Part,
        _ labels: Labels
    ) throws(ModelDefect) -> CalibratedMean.Member {
        let calibrators = try value.member("calibrators", formerly: "calibrators_").elements()
        if let method = try value.optional("method"), method.isText("temperature"), let scaling = calibrators.first {
            guard part.taken.count == 1 || part.taken.count == labels.count else {
                throw value.defect("has scores of other classes than its own")
            }
            let beta = try scaling.member("beta_").number()
            return .temperature(beta: beta, isProbability: part.method == .probabilities, width: part.taken.count)
        }
        guard let places = part.classes?.places(in: labels) else {
            throw value.defect("is for classes that the estimator around it does not have")
        }
        var curves: [CalibrationCurve] = []
        for calibrator in calibrators { curves.append(try CalibrationCurve(calibrator)) }
        let used = min(part.taken.count, places.count, curves.count)
        // With two classes the one score is that of the second.
        return .curves(
            Array(zip(labels.count == 2 ? [1] : Array(places.prefix(used)), curves.prefix(used))),
            width: part.taken.count
        )
    }
}

/// From a score to a probability.
enum CalibrationCurve: Sendable {
    /// 1 / (1 + exp(a × score + b)) (Platt 1999)
    case sigmoid(a: Double, b: Double)
    case isotonic(IsotonicCurve)

    init(_ value: PickleValue) throws(ModelDefect) {
        if value.className?.name == "IsotonicRegression" {
            self = .isotonic(try IsotonicCurve(value))
        } else {
            self = .sigmoid(a: try value.member("a_").number(), b: try value.member("b_").number())
        }
    }

    func probability(_ score: Double) -> Double {
        switch self {
        case .sigmoid(let a, let b): Link.logistic(-(a * score + b))
        case .isotonic(let curve): curve.value(at: score) ?? .nan
        }
    }
}

/// The mean of calibrated probabilities. Rows are scores, one member's behind the other's.
struct CalibratedMean: RowScorer {
    enum Member: Sendable {
        /// Classes with the curves of their scores; how many scores there are.
        case curves([(place: Int, curve: CalibrationCurve)], width: Int)
        /// All scores by one factor, then softmax.
        case temperature(beta: Double, isProbability: Bool, width: Int)
    }

    let columns: Int
    let outputs: Int
    let members: [Member]

    var workspace: Int { outputs }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for output in 0..<outputs { result[output] = 0 }
        var at = 0
        for member in members {
            switch member {
            case .curves(let curves, let width):
                calibrate(row, at, curves, &space)
                at += width
            case .temperature(let beta, let isProbability, let width):
                scale(row, at, beta, isProbability, width, &space)
                at += width
            }
            for output in 0..<outputs {
                // Rounding may take a probability a little above 1.
                result[output] += space[output] > 1 && space[output] <= 1 + 1e-5 ? 1 : space[output]
            }
        }
        for output in 0..<outputs { result[output] /= Double(members.count) }
    }

    private func calibrate(
        _ row: Span<Double>,
        _ start: Int,
        _ curves: [(place: Int, curve: CalibrationCurve)],
        _ space: inout MutableSpan<Double>
    ) {
        for output in 0..<outputs { space[output] = 0 }
        for (index, (place, curve)) in curves.enumerated() { space[place] = curve.probability(row[start + index]) }
        if outputs == 2 {
            space[0] = 1 - space[1]
            return
        }
        var sum = 0.0
        for output in 0..<outputs { sum += space[output] }
        for output in 0..<outputs { space[output] = sum == 0 ? 1 / Double(outputs) : space[output] / sum }
    }

    private func scale(
        _ row: Span<Double>,
        _ start: Int,
        _ beta: Double,
        _ isProbability: Bool,
        _ width: Int,
        _ space: inout MutableSpan<Double>
    ) {
        // scikit-learn keeps logarithms of probabilities finite by this much.
        let least = 1e-12
        var highest = -Double.infinity
        for output in 0..<outputs {
            let score = row[start + (width == 1 ? 0 : output)]
            let own = width > 1 || output == 1
            space[output] = beta * (isProbability ? log((own ? score : 1 - score) + least) : own ? score : -score)
            highest = max(highest, space[output])
        }
        var sum = 0.0
        for output in 0..<outputs {
            space[output] = exp(space[output] - highest)
            sum += space[output]
        }
        for output in 0..<outputs { space[output] /= sum }
    }
}
