package import Base

/// An answer whose truth became known later.
package struct LabelledAnswer: Equatable, Sendable {
    /// The class that was told, or the number.
    package let predicted: JSON
    /// The chance of the positive class; nil where only a class was told.
    package let score: Double?
    /// The truth, as it was reported.
    package let label: JSON

    package init(predicted: JSON, score: Double?, label: JSON) {
        self.predicted = predicted
        self.score = score
        self.label = label
    }

    package var json: JSON { [predicted, score.map { .double($0) } ?? .null, label] }

    package init?(_ json: JSON) {
        guard let parts = json.array, parts.count == 3, !parts[0].isNull, !parts[2].isNull else { return nil }
        self.init(predicted: parts[0], score: parts[1].double, label: parts[2])
    }
}
