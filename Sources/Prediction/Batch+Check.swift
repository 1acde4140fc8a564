// Checks of numbers that libraries make before they predict.
extension Batch {
    /// What a number of the rows is that a model cannot take.
    package enum NumberDefect: Equatable {
        case missing, infinite
    }

    /// The first thing that is wrong with the rows' numbers; nil where nothing is.
    ///
    /// - Parameter inSinglePrecision: whether numbers beyond Float's range count as infinite.
    package func defect(inSinglePrecision isSingle: Bool, allowingMissing: Bool) -> NumberDefect? {
        let numbers = content == .sparse ? sparse.values : values
        let bound = isSingle ? Batch.singleBound : Double.greatestFiniteMagnitude
        var hasMissing = false
        for number in numbers {
            // NaN is not within the bound, so good numbers cost one comparison.
            if number.magnitude <= bound { continue }
            guard number.isNaN else { return .infinite }
            hasMissing = true
        }
        return hasMissing && !allowingMissing ? .missing : nil
    }

    /// The largest double that rounds to a finite Float: below half a step above the largest Float.
    private static let singleBound = (Double(Float.greatestFiniteMagnitude) + 0x1p103).nextDown

    /// Throws where there are no rows, or the answer would hold too many numbers.
    package func checkAnswer(numbersPerRow: Int) throws(InputDefect) {
        guard rows > 0 else { throw InputDefect("found no rows, at least one is required") }
        try checkAnswerFits(numbersPerRow: numbersPerRow)
    }

    /// Throws where an answer of so many numbers a row would hold more than it may.
    package func checkAnswerFits(numbersPerRow: Int) throws(InputDefect) {
        guard rows <= ModelLimits.answerNumbersMax / max(1, numbersPerRow) else {
            throw InputDefect("\(rows) rows are too many, the answer may hold \(ModelLimits.answerNumbersMax) numbers")
        }
    }
}
