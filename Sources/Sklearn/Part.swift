package import Pickle
package import Prediction

/// An estimator that another one asks.
package struct Part: Sendable {
    /// What answers.
    package let predictor: any Predictor
    /// The method by which it answers.
    package let method: EstimatorMethod
    /// Its classes; nil for a regressor, or where several outputs have classes each.
    package let classes: Labels?
    /// The number that stands for each class, where it answers with classes.
    package var codes: [Double]
    /// Which of the numbers that it gives a row are taken.
    package var taken: Range<Int>
    /// The columns that it sees, in its order; nil for all.
    package var features: [Int]?

    /// Numbers that it gives a row; one where it answers with a class.
    package var width: Int { Part.width(of: predictor) }

    package init(_ predictor: any Predictor, _ method: EstimatorMethod, _ classes: Labels?) {
        self.predictor = predictor
        self.method = method
        self.classes = classes
        codes = classes?.numbers ?? []
        taken = 0..<Part.width(of: predictor)
    }

    private static func width(of predictor: any Predictor) -> Int {
        switch predictor.output {
        case .labels: 1
        case .labelRows(_, let columns): columns
        case .numbers(let columns, _): columns ?? 1
        case .frame(let columns): columns.count
        }
    }

    /// Asks it; the rows stay as they are.
    package func ask(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        if features == nil, predictor.keepsRows { return try predictor.predict(&batch, into: &answer) }
        var copy = batch.takeSpare()
        defer { batch.keepSpare(copy) }
        copy.copyRows(of: batch)
        if let features { try copy.keep(features) }
        try predictor.predict(&copy, into: &answer)
    }

    /// Number `index` of those taken of a row's answer.
    @inline(__always)
    package func number(_ row: Int, _ index: Int, of answer: borrowing Answer) -> Double {
        if case .labels = predictor.output {
            let label = Int(answer.labels[row])
            // Safe: whoever takes classes as numbers has seen to it at load that they are.
            return codes.indices.contains(label) ? codes[label] : .nan
        }
        return answer.numbers[row * width + index]
    }
}

extension EstimatorBuilder {
    /// Builds an estimator inside another one, which is asked by the first of `methods` that it has.
    package func part(_ value: PickleValue, asking methods: [EstimatorMethod]) throws(ModelDefect) -> Part {
        let steps = try EstimatorBuilder(table: table, methods: methods, depth: depth, columns: columns).build(value)
        guard let last = steps.predictor else { throw value.defect("is \(value.kind), which does not predict") }
        let predictor = steps.transformers.isEmpty ? last : Chain(transformers: steps.transformers, last: last)
        if case .labelRows = last.output {
            throw value.defect("answers with several texts a row, which no estimator around it can take")
        }
        let classes: Labels?
        if case .labels(let labels) = last.output {
            classes = labels
        } else if let own = steps.classes {
            classes = own
        } else {
            classes = try value.classes()
        }
        let method = steps.method ?? Part.method(of: last, isClassifier: classes != nil)
        guard methods.contains(method) else {
            throw value.defect("has no \(methods.map(\.name).joined(separator: " or ")), which is asked of it")
        }
        return Part(predictor, method, classes)
    }
}

extension Part {
    fileprivate static func method(of predictor: any Predictor, isClassifier: Bool) -> EstimatorMethod {
        if case .labels = predictor.output { return .predict }
        return isClassifier ? .probabilities : .predict
    }
}

extension PickleValue {
    /// Classes of a classifier; those of the estimator inside where it has none of its own.
    package func classes(depth: Int = 0) throws(ModelDefect) -> Labels? {
        if let own = try optional("classes_") { return own.isSequence ? nil : try own.labels() }
        guard depth < ModelLimits.nestingMax else { return nil }
        if className?.name == "Pipeline", let last = try member("steps").elements().last {
            let pair = try last.elements()
            return pair.count == 2 && pair[1].className != nil ? try pair[1].classes(depth: depth + 1) : nil
        }
        let inside = [
            "label_binarizer_", "_label_binarizer", "best_estimator_", "estimator_", "base_estimator_", "estimator",
        ]
        for name in inside {
            if let value = try optional(name), value.className != nil { return try value.classes(depth: depth + 1) }
        }
        return nil
    }
}

extension Labels {
    /// The names as numbers; none where they are texts.
    package var numbers: [Double] {
        switch self {
        case .integers(let values, _): values.map(Double.init)
        case .numbers(let values): values
        case .flags(let values): values.map { $0 ? 1 : 0 }
        case .texts: []
        }
    }

    /// Where each of these classes stands in `outer`; nil where one is not there.
    package func places(in outer: Labels) -> [Int]? {
        if case .texts(let inner) = self {
            guard case .texts(let all) = outer else { return nil }
            return Labels.places(inner, all)
        }
        if case .texts = outer { return nil }
        return Labels.places(numbers, outer.numbers)
    }

    private static func places<Name: Hashable>(_ inner: [Name], _ outer: [Name]) -> [Int]? {
        let table = Dictionary(zip(outer, outer.indices)) { first, _ in first }
        let places = inner.compactMap { table[$0] }
        return places.count == inner.count ? places : nil
    }
}

// Rows for estimators that change them.
extension Batch {
    /// Keeps of each row the numbers of some columns, in that order; they must be there.
    package mutating func keep(_ features: [Int]) throws(InputDefect) {
        try makeDense(by: "a choice of columns")
        try mapRows(to: features.count, by: "a choice of columns") { row, kept in
            for (index, column) in features.enumerated() { kept[index] = row[column] }
        }
    }
}
