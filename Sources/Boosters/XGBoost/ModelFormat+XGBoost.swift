package import Prediction

extension ModelFormat {
    /// Models saved by XGBoost (1.0 to 3.x) as JSON or UBJSON.
    package static let xgboost = ModelFormat(
        name: "xgboost",
        endings: [".bst", ".json", ".ubj"],
        isBegunBy: { head in
            // The first member of the object is the learner, or the version.
            head.first == UInt8(ascii: "{")
                && (head.prefix(64).contains("learner") || head.prefix(64).contains("version"))
                || head.starts(with: "binf".utf8)
        },
        load: { bytes, _ throws(ModelDefect) in try XGBoost.load(bytes) }
    )
}

extension ArraySlice<UInt8> {
    fileprivate func contains(_ word: String) -> Bool {
        let word = Array(word.utf8)
        return indices.contains { self[$0...].starts(with: word) }
    }
}
