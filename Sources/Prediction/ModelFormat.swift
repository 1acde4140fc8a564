/// A kind of model file: how it is told from others, and what reads it.
package struct ModelFormat: Sendable {
    /// What people call it.
    package let name: String
    /// Ends of the names of its files.
    package let endings: [String]
    /// Whether its files may be compressed in one of joblib's ways.
    package let mayBePacked: Bool
    /// Whether a file that begins like this is of this format; it sees `headBytes` of the content at most.
    package let isBegunBy: @Sendable (ArraySlice<UInt8>) -> Bool
    /// Reads a file's unpacked content.
    package let loader: Loader
    /// Describes content that cannot be served; nil where nothing more is known than why.
    package var outline: (@Sendable ([UInt8], Model.Options) throws(ModelDefect) -> ModelDescription)?

    /// What reads a format.
    package enum Loader: Sendable {
        /// Reads a model of tensors out of the content of a file; the path is nil where the content lies in no file.
        package typealias Tensors =
            @Sendable (_ content: [UInt8], _ path: String?, Model.Options) throws(ModelDefect) -> TensorModel

        /// Models that take rows.
        case rows(@Sendable ([UInt8], Model.Options) throws(ModelDefect) -> ModelContent)
        /// Models that take named tensors.
        case tensors(Tensors)
    }

    /// A format whose models take rows.
    package init(
        name: String,
        endings: [String],
        mayBePacked: Bool = false,
        isBegunBy: @escaping @Sendable (ArraySlice<UInt8>) -> Bool,
        load: @escaping @Sendable ([UInt8], Model.Options) throws(ModelDefect) -> ModelContent,
        outline: (@Sendable ([UInt8], Model.Options) throws(ModelDefect) -> ModelDescription)? = nil
    ) {
        self.name = name
        self.endings = endings
        self.mayBePacked = mayBePacked
        self.isBegunBy = isBegunBy
        loader = .rows(load)
        self.outline = outline
    }

    /// A format whose models take tensors.
    package init(
        name: String,
        endings: [String],
        isBegunBy: @escaping @Sendable (ArraySlice<UInt8>) -> Bool,
        loadTensors: @escaping Loader.Tensors,
        outline: (@Sendable ([UInt8], Model.Options) throws(ModelDefect) -> ModelDescription)? = nil
    ) {
        self.name = name
        self.endings = endings
        mayBePacked = false
        self.isBegunBy = isBegunBy
        loader = .tensors(loadTensors)
        self.outline = outline
    }
}

/// What a format reads from a file.
package struct ModelContent {
    /// What answers.
    package let predictor: any Predictor
    /// Names of the columns that it was trained with; empty where there are none.
    package var featureNames: [String] = []
    /// Whether a data frame must have just these columns; else those that are wanted are picked by name.
    package var checksNames = true
    /// The columns of a data frame that the model picks by name; nil where it takes all of them, in their order.
    package var frame: FrameColumns?
    /// What the file says of itself.
    package let description: ModelDescription

    package init(
        predictor: any Predictor,
        featureNames: [String] = [],
        checksNames: Bool = true,
        frame: FrameColumns? = nil,
        description: ModelDescription
    ) {
        self.predictor = predictor
        self.featureNames = featureNames
        self.checksNames = checksNames
        self.frame = frame
        self.description = description
    }
}
