import Pickle
import Prediction
import Sklearn

/// Makes of each row the numbers that several estimators answer for it, one estimator's behind the other's.
struct PartAnswers: Transformer {
    let parts: [Part]
    /// Where each part's numbers begin.
    let offsets: [Int]
    /// Numbers of a row where it follows behind the answers; nil where it does not.
    let passedThrough: Int?
    let input: Input
    let outputColumns: Int

    /// `columns` is how many numbers a row has, where the estimator around the parts says so.
    init(_ parts: [Part], columns: Int?, passesThrough: Bool = false) {
        self.parts = parts
        var offsets: [Int] = []
        var width = 0
        for part in parts {
            offsets.append(width)
            width += part.taken.count
        }
        self.offsets = offsets
        passedThrough = passesThrough ? columns : nil
        outputColumns = width + (passedThrough ?? 0)
        let inputs = parts.filter { $0.features == nil }.map(\.predictor.input)
        let known = inputs.first { $0 != .numbers(columns: 0) }
        input = known ?? .numbers(columns: columns ?? 0)
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try Batch.checkSize(batch.rows, outputColumns, by: "the estimators' answers")
        var answer = batch.spareAnswers.popLast() ?? Answer()
        var gathered = batch.spareAnswers.popLast() ?? Answer()
        defer {
            batch.spareAnswers.append(answer)
            batch.spareAnswers.append(gathered)
        }
        gathered.numbers.fit(batch.rows * outputColumns)
        for (part, offset) in zip(parts, offsets) {
            try part.ask(&batch, into: &answer)
            for row in 0..<batch.rows {
                let start = row * outputColumns + offset - part.taken.lowerBound
                for index in part.taken { gathered.numbers[start + index] = part.number(row, index, of: answer) }
            }
        }
        if let passedThrough { try pass(passedThrough, &batch, into: &gathered.numbers) }
        swap(&gathered.numbers, &batch.values)
        batch.content = .numbers
        batch.columns = outputColumns
    }

    private func pass(_ columns: Int, _ batch: inout Batch, into numbers: inout [Double]) throws(InputDefect) {
        try batch.makeDense(by: "rows that are passed through")
        try Input.numbers(columns: columns).check(batch, by: "rows that are passed through")
        for row in 0..<batch.rows {
            let start = (row + 1) * outputColumns - columns
            for column in 0..<columns { numbers[start + column] = batch.values[row * columns + column] }
        }
    }
}

extension PickleValue {
    /// `n_features_in_`, where it is there.
    func columnCount() throws(ModelDefect) -> Int? { try optional("n_features_in_")?.size() }
}
