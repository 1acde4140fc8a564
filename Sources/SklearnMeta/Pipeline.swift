package import Pickle
package import Prediction
package import Sklearn

/// scikit-learn's Pipeline: named estimators, each of which takes what the one before gives.
package enum Pipeline {
    package static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        var steps = EstimatorSteps()
        let all = try value.member("steps").elements()
        for (index, named) in all.enumerated() {
            let pair = try named.elements()
            guard pair.count == 2 else { throw named.defect("is no pair of name and estimator") }
            // A step that is None or "passthrough" does nothing.
            if pair[1].isNone || pair[1].isText("passthrough") { continue }
            guard steps.predictor == nil else { throw named.defect("follows an estimator that predicts") }
            var inner = builder
            inner.columns = steps.transformers.last?.outputColumns ?? builder.columns
            // A first step that does not say how many columns it takes keeps their number.
            if inner.columns == nil, index + 1 < all.count { inner.columns = try columns(of: all[index + 1]) }
            let next = try index < all.count - 1 ? inner.buildStep(pair[1]) : inner.build(pair[1])
            try steps.append(next, at: pair[1])
        }
        return steps
    }

    /// How many columns a named step takes, where it says so.
    private static func columns(of named: PickleValue) throws(ModelDefect) -> Int? {
        let pair = try named.elements()
        return try pair.count == 2 && pair[1].className != nil ? pair[1].columnCount() : nil
    }
}
