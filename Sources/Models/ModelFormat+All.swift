import Boosters
import ONNX
import PMML
package import Prediction

extension ModelFormat {
    /// How much of a file tells its format.
    package static let headBytes = 4096

    /// All formats; where several would do, the first.
    package static let all: [ModelFormat] = [.pickle, .xgboost, .lightgbm, .catboost, .onnx, .pmml]

    /// The format of a file, by the end of its name and by what is in it.
    package static func of(file: String, content: [UInt8]) throws(ModelDefect) -> ModelFormat {
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

    /// Whether a file of that name may be compressed.
    static func mayBePacked(file: String) -> Bool {
        let named = all.filter { $0.endings.contains(where: file.hasSuffix) }
        return (named.isEmpty ? all : named).contains(where: \.mayBePacked)
    }

    /// Whether a file of that name that begins like this is a model file.
    static func isModel(file: String, head: ArraySlice<UInt8>) -> Bool {
        all.contains { $0.endings.contains(where: file.hasSuffix) && $0.isBegunBy(head) }
    }
}
