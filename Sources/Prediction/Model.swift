/// A model ready to serve: what a file became.
package struct Model: Sendable {
    /// What is asked of a model beyond its file.
    package struct Options: Sendable {
        /// Answer with probabilities of the classes, where the model has them, instead of a class.
        package var wantsProbabilities: Bool

        /// Answer with the rows as the last step leaves them, where a model transforms and does not predict.
        package var wantsTransformed: Bool

        /// Bytes of the model's file as it lies there, of which some limits are a multiple; nil where that is its content.
        package var fileBytes: Int?

        package init(wantsProbabilities: Bool = false, wantsTransformed: Bool = false, fileBytes: Int? = nil) {
            self.wantsProbabilities = wantsProbabilities
            self.wantsTransformed = wantsTransformed
            self.fileBytes = fileBytes
        }
    }

    /// What answers.
    package let predictor: any Predictor
    /// Names of the columns that it was trained with; empty where there are none.
    package let featureNames: [String]
    /// Whether a data frame must have just these columns; else those that are wanted are picked by name.
    private let checksNames: Bool
    /// The columns of a data frame that it picks by name; nil where it takes all of them, in their order.
    private let frame: FrameColumns?
    /// What the file says of itself.
    package let description: ModelDescription

    /// Answers a batch. Rows of a data frame (`batch.columnNames` is not empty) must have the columns that the model was
    /// trained with, in the same order, unless it or its first step picks its columns.
    package func predict(_ batch: inout Batch, into answer: inout Answer) throws(InputDefect) {
        if checksNames, !batch.columnNames.isEmpty, !featureNames.isEmpty { try checkNames(batch.columnNames) }
        if batch.content == .table, case .numbers = predictor.input {
            if let frame { try frame.take(from: &batch) } else { try batch.useTableAsNumbers() }
        }
        try predictor.predict(&batch, into: &answer)
    }

    /// What a format read.
    package init(_ content: ModelContent) {
        predictor = content.predictor
        featureNames = content.featureNames
        checksNames = content.checksNames && content.frame == nil
        frame = content.frame
        description = content.description
    }
}

// The names of a data frame's columns, checked as scikit-learn checks them and told in its words.
extension Model {
    /// Names that a message lists before it breaks off.
    private static let listedNamesMax = 5

    private func checkNames(_ names: [String]) throws(InputDefect) {
        if names == featureNames { return }
        var text = "The feature names should match those that were passed during fit.\n"
        let (known, given) = (Set(featureNames), Set(names))
        let unexpected = given.subtracting(known).sorted()
        let missing = known.subtracting(given).sorted()
        if !unexpected.isEmpty { text += "Feature names unseen at fit time:\n" + Model.listed(unexpected) }
        if !missing.isEmpty { text += "Feature names seen at fit time, yet now missing:\n" + Model.listed(missing) }
        if unexpected.isEmpty, missing.isEmpty {
            text += "Feature names must be in the same order as they were in fit.\n"
        }
        throw InputDefect(text)
    }

    private static func listed(_ names: [String]) -> String {
        let lines = names.prefix(listedNamesMax).map { "- \($0)\n" }.joined()
        return names.count > listedNamesMax ? lines + "- ...\n" : lines
    }
}
