package import Prediction

/// The estimators that are understood, by package and class as scikit-learn's documentation names them.
package struct EstimatorTable: Sendable {
    /// What builds each of them.
    private let estimators: [String: EstimatorBuilder.Build]
    /// What builds estimators that predict, where they are a step before others.
    private let steps: [String: EstimatorBuilder.Build]

    /// The table of all families together, of which the first wins where two know an estimator.
    package init(
        _ families: [[String: EstimatorBuilder.Build]],
        steps: [[String: EstimatorBuilder.Build]]
    ) {
        self.estimators = families.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
        self.steps = steps.reduce(into: [:]) { $0.merge($1) { first, _ in first } }
    }

    /// The estimators that are understood, in order.
    package var names: [String] { estimators.keys.sorted() }

    /// Those that predict, and also are steps before others.
    package var stepNames: [String] { steps.keys.sorted() }

    /// What builds the estimators of a class.
    package func build(
        _ module: String,
        _ name: String,
        asStep: Bool,
        at place: ModelDefect.Place
    ) throws(ModelDefect) -> EstimatorBuilder.Build {
        // Where in its package a class is kept changes between versions: sklearn.linear_model._logistic.
        let package = module.split(separator: ".").prefix(2).joined(separator: ".")
        let key = "\(package).\(name)"
        if asStep, let build = steps[key] { return build }
        if let build = estimators[key] { return build }
        let known = estimators.keys.filter { $0.hasPrefix("\(package).") }.sorted()
        throw ModelDefect(
            at: place,
            what: "\(module).\(name) cannot be served natively",
            why: known.isEmpty ? nil : "known are \(known.joined(separator: ", "))"
        )
    }
}
