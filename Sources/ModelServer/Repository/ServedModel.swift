package import Prediction

/// A loaded model under the name by which clients ask for it.
package final class ServedModel: Sendable {
    /// The name in paths and answers.
    package let name: String
    /// Answers rows.
    package let model: Model
    /// How its answers are spelt.
    package let answers: AnswerSpelling
    /// Whether rows of values may hold texts: models of data frames, and those that answer with named values, read them as they
    /// are.
    let keepsTexts: Bool
    /// Where its requests are counted.
    package let metrics: ModelMetrics

    package init(name: String, model: Model, metrics: ModelMetrics) {
        self.name = name
        self.model = model
        answers = AnswerSpelling(model.predictor.output)
        if case .table = model.predictor.input { keepsTexts = true } else { keepsTexts = !answers.frame.isEmpty }
        self.metrics = metrics
    }
}
