/// A kind of model file: how it is told from others, and what reads it.
package struct ModelFormat: Sendable {
    /// What people call it.
    package let name: String
    /// Ends of the names of its files.
    let endings: [String]
    /// Whether a file that begins like this is of this format; it sees `headBytes` of the content at most.
    let isBegunBy: @Sendable (ArraySlice<UInt8>) -> Bool
    /// Reads a file's unpacked content.
    let load: @Sendable ([UInt8], Model.Options) throws(ModelDefect) -> ModelContent
    /// Describes content that cannot be served; nil where nothing more is known than why.
    var outline: (@Sendable ([UInt8]) throws(ModelDefect) -> ModelDescription)?

    /// How much of a file tells its format.
    static let headBytes = 4096

    /// All formats; where several would do, the first.
    static let all: [ModelFormat] = [.pickle, .xgboost, .lightgbm]

    /// The format of a file, by the end of its name and by what is in it.
    static func of(file: String, content: [UInt8]) throws(ModelDefect) -> ModelFormat {
        let named = all.filter { $0.endings.contains(where: file.hasSuffix) }
        let candidates = named.isEmpty ? all : named
        // The only format of that name explains best what is wrong with the content.
        if named.count == 1 { return named[0] }
        guard let format = candidates.first(where: { $0.isBegunBy(content.prefix(headBytes)) }) else {
            let names = candidates.map(\.name).joined(separator: ", ")
            throw ModelDefect(at: .file(file), what: "content is of no known model format", why: "known are \(names)")
        }
        return format
    }

    /// Whether a file of that name that begins like this is a model file.
    static func isModel(file: String, head: ArraySlice<UInt8>) -> Bool {
        all.contains { $0.endings.contains(where: file.hasSuffix) && $0.isBegunBy(head) }
    }
}

/// What a format reads from a file.
struct ModelContent {
    let predictor: any Predictor
    /// Names of the columns that it was trained with; empty where there are none.
    var featureNames: [String] = []
    /// Whether a data frame must have just these columns; else those that are wanted are picked by name.
    var checksNames = true
    let description: ModelDescription
}
