import Pickle
import Prediction
import Sklearn

/// What a pickled SVC, NuSVC, SVR, NuSVR or OneClassSVM holds, checked: from 0.24 to the newest of their layouts.
struct SupportVectorState {
    let value: PickleValue
    let rules: RowRules
    let decision: DecisionFunction

    /// - Parameter classes: how many there are; 1 for an estimator that has none.
    init(_ value: PickleValue, classes: Int) throws(ModelDefect) {
        self.value = value
        let vectors = try value.member("support_vectors_")
        let isSparse = vectors.className != nil
        decision =
            isSparse
            ? try SupportVectorState.sparse(value, vectors, classes)
            : try SupportVectorState.dense(value, vectors, classes)
        let columns = try value.optional("n_features_in_")?.size() ?? decision.columns
        guard columns == decision.columns else {
            throw vectors.defect("has \(decision.columns) columns, expected are \(columns)")
        }
        rules = RowRules(name: value.className?.name ?? "", columns: columns, allowsSparse: isSparse)
    }

    private static func dense(
        _ value: PickleValue,
        _ vectors: PickleValue,
        _ classes: Int
    ) throws(ModelDefect) -> DecisionFunction {
        let matrix = try vectors.matrix()
        guard matrix.columns > 0 else { throw vectors.defect("has no columns") }
        let count = matrix.rows
        return DecisionFunction(
            try Kernel(value),
            matrix,
            counts: try counts(value, classes, vectors: count),
            coefficients: try value.member("_dual_coef_").vector(max(1, classes - 1) * count),
            intercepts: try intercepts(value, classes)
        )
    }

    /// Trained with sparse rows: vectors and coefficients are sparse, these with an entry for each vector.
    private static func sparse(
        _ value: PickleValue,
        _ vectors: PickleValue,
        _ classes: Int
    ) throws(ModelDefect) -> DecisionFunction {
        let matrix = try vectors.sparseRows()
        let coefficients = try value.member("_dual_coef_").member("data")
        return DecisionFunction(
            try Kernel(value),
            matrix,
            counts: try counts(value, classes, vectors: matrix.rows),
            coefficients: try coefficients.vector(max(1, classes - 1) * matrix.rows),
            intercepts: try intercepts(value, classes)
        )
    }

    private static func intercepts(_ value: PickleValue, _ classes: Int) throws(ModelDefect) -> [Double] {
        try value.member("_intercept_").vector(classes == 1 ? 1 : classes * (classes - 1) / 2)
    }

    /// Vectors of each class; without classes that of all.
    private static func counts(_ value: PickleValue, _ classes: Int, vectors: Int) throws(ModelDefect) -> [Int] {
        guard classes > 1 else { return [vectors] }
        let member = try value.member("_n_support", formerly: "n_support_")
        var counts: [Int] = []
        for count in try member.vector(classes) {
            guard let whole = Int(exactly: count), (0...vectors).contains(whole) else {
                throw member.defect("holds \(count), expected are counts of \(vectors) support vectors")
            }
            counts.append(whole)
        }
        let sum = counts.reduce(0, +)
        guard sum == vectors else { throw member.defect("counts \(sum) support vectors, but there are \(vectors)") }
        return counts
    }

    /// Slopes and offsets of the curves that probabilities come from; nil where it was not fitted for them.
    func coupling(classes: Int) throws(ModelDefect) -> PairCoupling? {
        // The newest versions write "deprecated" for a parameter that was not given.
        guard let wanted = try value.optional("probability"), !wanted.isText("deprecated"), try wanted.flag() else {
            return nil
        }
        let pairs = classes * (classes - 1) / 2
        let slopes = try value.member("_probA", formerly: "probA_")
        let offsets = try value.member("_probB", formerly: "probB_")
        return PairCoupling(classes: classes, slopes: try slopes.vector(pairs), offsets: try offsets.vector(pairs))
    }
}

extension Kernel {
    /// The kernel that the parameters of a pickled estimator name.
    fileprivate init(_ value: PickleValue) throws(ModelDefect) {
        let kernel = try value.member("kernel")
        if kernel.isText("linear") {
            self = .linear
        } else if kernel.isText("poly") {
            self = .polynomial(
                gamma: try Kernel.gamma(value),
                coef0: try value.member("coef0").finite(),
                degree: try Kernel.degree(value.member("degree"))
            )
        } else if kernel.isText("rbf") {
            self = .radial(gamma: try Kernel.gamma(value))
        } else if kernel.isText("sigmoid") {
            self = .sigmoid(gamma: try Kernel.gamma(value), coef0: try value.member("coef0").finite())
        } else {
            let found = kernel.isText("precomputed") ? "precomputed" : kernel.kind
            let known = "known are linear, poly, rbf, sigmoid"
            throw kernel.refusal(.kernelOfSupportVectors, "a kernel that is \(found) is not native, \(known)")
        }
    }

    private static func gamma(_ value: PickleValue) throws(ModelDefect) -> Double {
        let gamma = try value.member("_gamma").finite()
        guard gamma >= 0 else { throw try value.member("_gamma").defect("is \(gamma), expected is no number below 0") }
        return gamma
    }

    /// Before 1.0 any number was taken, and what is behind its point let go.
    private static func degree(_ value: PickleValue) throws(ModelDefect) -> Int {
        let degree = try value.finite()
        guard let whole = Int(exactly: degree.rounded(.towardZero)), (0...1 << 30).contains(whole) else {
            throw value.defect("is \(degree), expected is a whole number from 0 on")
        }
        return whole
    }
}
