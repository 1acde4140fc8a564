import Pickle
import Prediction
import Sklearn

/// scikit-learn's MultiOutputClassifier and MultiOutputRegressor: an estimator for each column of the answer.
enum MultiOutput {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        _ = try builder.method(of: value, having: [.predict])
        var parts: [Part] = []
        for estimator in try value.member("estimators_").elements() {
            parts.append(try builder.part(estimator, asking: [.predict]))
        }
        let scores = RowCopy(columns: parts.count)
        if let texts = Labels(joining: parts.compactMap(\.classes)), parts.allSatisfy({ $0.classes != nil }) {
            for index in parts.indices {
                parts[index].codes = (parts[index].classes?.places(in: texts) ?? []).map(Double.init)
            }
            let answers = PartAnswers(parts, columns: try value.columnCount())
            return try builder.steps(value, scores, .labelRows(texts, columns: parts.count), of: answers)
        }
        let type = try elementType(parts, at: value)
        let answers = PartAnswers(parts, columns: try value.columnCount())
        return try builder.regressor(value, scores, isFlat: false, type: type, of: answers)
    }

    /// What all of the columns are.
    static func elementType(_ parts: [Part], at value: PickleValue) throws(ModelDefect) -> ElementType {
        guard let first = parts.first, parts.allSatisfy({ $0.width == 1 }) else {
            throw value.defect("has no estimators, or some of several outputs")
        }
        guard parts.allSatisfy({ $0.classes == nil || !$0.codes.isEmpty }) else {
            throw value.refusal(.mixedAnswers)
        }
        let types = parts.map { $0.classes?.elementType ?? .float64 }
        return types.allSatisfy { $0 == types[0] } ? first.classes?.elementType ?? .float64 : .float64
    }
}

/// scikit-learn's ClassifierChain and RegressorChain: each estimator sees the row and what those before it answered.
enum OutputChain {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let isClassifier = value.className?.name == "ClassifierChain"
        let wanted = try builder.method(
            of: value,
            having: isClassifier ? [.predict, .probabilities, .decision] : [.predict]
        )
        let columns = try value.member("n_features_in_").size()
        let estimators = try value.member("estimators_").elements()
        let order = try value.member("order_").integers(orList: estimators.count)
        guard order.sorted() == Array(0..<estimators.count), !order.isEmpty else {
            throw value.defect("order_ is no order of \(estimators.count) estimators")
        }
        let passed = try value.optional("chain_method_").map { name throws(ModelDefect) in try EstimatorMethod(name) }
        var links: [ChainAnswers.Link] = []
        for (index, estimator) in estimators.enumerated() {
            var inner = builder
            inner.columns = columns + index
            let seen = try part(estimator, inner, asking: passed ?? .predict)
            let answer = (passed ?? .predict) == wanted ? nil : try part(estimator, inner, asking: wanted)
            try seen.predictor.input.checkFits(columns + index, at: estimator)
            links.append(ChainAnswers.Link(seen: seen, answer: answer, column: order[index]))
        }
        let answers = ChainAnswers(columns: columns, links: links)
        return try builder.table(value, RowCopy(columns: links.count), .identity, by: wanted, of: answers)
    }

    private static func part(
        _ value: PickleValue,
        _ builder: EstimatorBuilder,
        asking method: EstimatorMethod
    ) throws(ModelDefect) -> Part {
        var part = try builder.part(value, asking: [method])
        if method == .probabilities, part.width == 2 { part.taken = 1..<2 }
        guard part.taken.count == 1, method != .predict || part.classes == nil || !part.codes.isEmpty else {
            throw value.defect("answers with several numbers or with texts")
        }
        return part
    }
}

extension PickleValue {
    /// Integers of an array, or of a list or tuple, or 0 up to `count` where this is a range of them.
    fileprivate func integers(orList count: Int) throws(ModelDefect) -> [Int] {
        guard isSequence else { return try integers() }
        var integers: [Int] = []
        for element in try elements() { integers.append(try element.integer()) }
        return integers
    }
}

/// Makes of each row the answers of a chain of estimators.
struct ChainAnswers: Transformer {
    /// An estimator of the chain.
    struct Link: Sendable {
        /// Gives what those behind it see.
        let seen: Part
        /// Gives what is answered; nil where that is the same.
        let answer: Part?
        /// The column of the answer.
        let column: Int
    }

    let columns: Int
    let links: [Link]

    var input: Input { .numbers(columns: columns) }
    var outputColumns: Int { links.count }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try input.check(batch, by: "the chain")
        try batch.makeDense(by: "the chain")
        var answer = batch.spareAnswers.popLast() ?? Answer()
        var gathered = batch.spareAnswers.popLast() ?? Answer()
        defer {
            batch.spareAnswers.append(answer)
            batch.spareAnswers.append(gathered)
        }
        gathered.numbers.fit(batch.rows * links.count)
        for link in links {
            if let part = link.answer {
                try part.ask(&batch, into: &answer)
                note(part, answer, link.column, batch.rows, &gathered.numbers)
            }
            try link.seen.ask(&batch, into: &answer)
            if link.answer == nil { note(link.seen, answer, link.column, batch.rows, &gathered.numbers) }
            try batch.append(answer, of: link.seen)
        }
        swap(&gathered.numbers, &batch.values)
        batch.columns = links.count
    }

    private func note(_ part: Part, _ answer: Answer, _ column: Int, _ rows: Int, _ numbers: inout [Double]) {
        for row in 0..<rows {
            numbers[row * links.count + column] = part.number(row, part.taken.lowerBound, of: answer)
        }
    }
}

extension Batch {
    /// Adds a column: what a part answers.
    fileprivate mutating func append(_ answer: Answer, of part: Part) throws(InputDefect) {
        let columns = columns
        var row = 0
        try mapRows(to: columns + 1, by: "the chain") { old, new in
            for column in 0..<columns { new[column] = old[column] }
            new[columns] = part.number(row, part.taken.lowerBound, of: answer)
            row += 1
        }
    }
}
