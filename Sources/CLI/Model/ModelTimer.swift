import Base
import ModelServer
import Prediction

/// Times a model's predictions without a server around it: rows that are decoded already, to answers not yet written.
///
/// A model that changes its rows gets fresh copies of them, and the copying counts.
package struct ModelTimer {
    /// How long calls took, in microseconds.
    package struct Figures: Equatable {
        /// Rows of a call.
        package let rows: Int
        /// What half of the calls took at most; then nine tenths, and all but a hundredth.
        package let median, ninetieth, ninetyNinth: Double

        /// Sorts what was measured; there must be something.
        package init(rows: Int, calls: [Double]) {
            precondition(!calls.isEmpty, "nothing was measured")
            let sorted = calls.sorted()
            self.rows = rows
            median = Figures.quantile(sorted, 0.5)
            ninetieth = Figures.quantile(sorted, 0.9)
            ninetyNinth = Figures.quantile(sorted, 0.99)
        }

        private static func quantile(_ sorted: [Double], _ share: Double) -> Double {
            sorted[min(sorted.count - 1, Int(share * Double(sorted.count)))]
        }

        var microsecondsPerRow: Double { median / Double(rows) }
        var rowsPerSecond: Double { 1e6 / microsecondsPerRow }
    }

    let model: Model
    let time: any TimeSource
    /// For how long each number of rows is asked.
    let duration: Duration

    /// Calls that are measured together take at least this long, so that reading the clock does not count.
    private static let spanMin = Duration.microseconds(20)
    /// Measurements that are kept at most.
    private static let samplesMax = 1 << 20

    /// Asks the model for the rows of a version 1 request body, again and again.
    func measure(_ body: [UInt8]) throws -> Figures {
        var source = Batch()
        let keepsTexts = if case .frame = model.predictor.output { true } else { false }
        try body.withUnsafeBytes { try V1Decoder.decode($0, keepingTexts: keepsTexts, into: &source) }
        var (batch, answer) = (Batch(), Answer())
        if model.predictor.keepsRows { batch.copyRows(of: source) }
        let together = try callsPerSpan(source, &batch, &answer)
        var calls: [Double] = []
        let end = time.monotonic() + duration
        repeat {
            let span = try span(of: together, source, &batch, &answer)
            calls.append(span.seconds * 1e6 / Double(together))
        } while time.monotonic() < end && calls.count < ModelTimer.samplesMax
        return Figures(rows: source.rows, calls: calls)
    }

    /// How many calls take as long as a measurement should; finding that out warms the storage up.
    private func callsPerSpan(_ source: borrowing Batch, _ batch: inout Batch, _ answer: inout Answer) throws -> Int {
        var count = 1
        while try span(of: count, source, &batch, &answer) < ModelTimer.spanMin { count *= 2 }
        return count
    }

    private func span(
        of calls: Int,
        _ source: borrowing Batch,
        _ batch: inout Batch,
        _ answer: inout Answer
    ) throws(InputDefect) -> Duration {
        let start = time.monotonic()
        for _ in 0..<calls {
            if !model.predictor.keepsRows { batch.copyRows(of: source) }
            try model.predict(&batch, into: &answer)
        }
        return time.monotonic() - start
    }
}
