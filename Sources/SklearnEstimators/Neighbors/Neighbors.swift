import Pickle
import Prediction
import Sklearn

/// scikit-learn's estimators that ask the neighbours of a row.
enum Neighbors {
    static func buildNearestClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let hood = try Neighborhood(value)
        let reach = NeighborReach.nearest(try count(value.member("n_neighbors"), hood))
        return try buildClassifier(value, builder, hood, reach, outlier: nil)
    }

    static func buildRadiusClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let hood = try Neighborhood(value)
        let reach = NeighborReach.radius(try value.member("radius").number())
        return try buildClassifier(value, builder, hood, reach, outlier: value.optional("outlier_label_"))
    }

    static func buildNearestRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        let hood = try Neighborhood(value)
        return try buildRegressor(value, builder, hood, .nearest(count(value.member("n_neighbors"), hood)))
    }

    static func buildRadiusRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> EstimatorSteps {
        try buildRegressor(value, builder, Neighborhood(value), .radius(value.member("radius").number()))
    }

    /// How many neighbours are asked; there must be as many points.
    static func count(_ value: PickleValue, _ hood: Neighborhood) throws(ModelDefect) -> Int {
        let count = try value.integer()
        guard (1...hood.points.rows).contains(count) else {
            throw value.defect("is \(count), but there are \(hood.points.rows) points")
        }
        return count
    }

    private static func buildRegressor(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        _ hood: Neighborhood,
        _ reach: NeighborReach
    ) throws(ModelDefect) -> EstimatorSteps {
        let stored = try value.member("_y").tensor()
        let outputs = stored.shape.count == 2 ? stored.shape[1] : 1
        guard stored.values.count == hood.points.rows * outputs, outputs > 0 else {
            throw value.defect("_y is of shape \(stored.shape) for \(hood.points.rows) points")
        }
        let mean = NeighborMean(
            hood: hood,
            reach: reach,
            weight: try NeighborWeight(value.optional("weights")),
            answers: Matrix(rows: hood.points.rows, columns: outputs, values: stored.values)
        )
        return try builder.regressor(value, mean, isFlat: stored.shape.count == 1)
    }

    private static func buildClassifier(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        _ hood: Neighborhood,
        _ reach: NeighborReach,
        outlier: PickleValue?
    ) throws(ModelDefect) -> EstimatorSteps {
        let weight = try NeighborWeight(value.optional("weights"))
        guard try !value.member("outputs_2d_").flag() else {
            return try buildTable(value, builder, hood, reach, weight)
        }
        let labels = try value.member("classes_").labels()
        let votes = NeighborVotes(
            hood: hood,
            reach: reach,
            weight: weight,
            classes: try value.member("_y").indices(hood.points.rows, in: 0..<labels.count),
            outputs: labels.count,
            outlier: try outlier.flatMap { given throws(ModelDefect) in try place(given, in: labels) }
        )
        return try builder.classifier(value, votes, labels, probabilities: .identity, decision: nil)
    }

    /// The index of the class that rows without neighbours are given.
    private static func place(_ value: PickleValue, in labels: Labels) throws(ModelDefect) -> Int {
        let name = value.isSequence ? try value.elements().first ?? value : value
        let label: Labels
        if case .texts = labels { label = .texts([try name.text()]) } else { label = .numbers([try name.number()]) }
        guard let place = label.places(in: labels)?.first else {
            throw value.refusal(.radiusOutlier, "cannot be served natively where it is none of the classes")
        }
        return place
    }

    /// Several outputs: the class of each, as a number.
    private static func buildTable(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        _ hood: Neighborhood,
        _ reach: NeighborReach,
        _ weight: NeighborWeight
    ) throws(ModelDefect) -> EstimatorSteps {
        guard case .nearest = reach else { throw value.refusal(.radiusOutputs) }
        var labels: [Labels] = []
        for classes in try value.member("classes_").elements() { labels.append(try classes.labels()) }
        let stored = try value.member("_y").matrix(rows: hood.points.rows, columns: labels.count)
        for (index, place) in stored.values.enumerated() {
            guard (0..<labels[index % labels.count].count).contains(integral: place) else {
                throw value.defect("_y holds \(place), which is no class")
            }
        }
        let votes = NeighborTables(
            hood: hood,
            reach: reach,
            weight: weight,
            classes: stored,
            counts: labels.map(\.count)
        )
        return try builder.choices(value, votes, labels)
    }
}
