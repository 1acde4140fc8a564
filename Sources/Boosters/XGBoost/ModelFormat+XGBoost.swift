package import Prediction

extension ModelFormat {
    /// Models saved by XGBoost (up to 3.x) as JSON, UBJSON or in the old binary format.
    package static let xgboost = ModelFormat(
        name: "xgboost",
        endings: [".bst", ".json", ".ubj", ".model", ".bin", ".xgb"],
        isBegunBy: { head in
            // The first member of the object is the learner, or the version.
            head.first == UInt8(ascii: "{")
                && (head.prefix(64).contains("learner") || head.prefix(64).contains("version"))
                || XGBoostBinary.isBegun(head)
        },
        load: { bytes, _ throws(ModelDefect) in try XGBoostBooster(bytes).content() }
    )
}

extension ArraySlice<UInt8> {
    fileprivate func contains(_ word: String) -> Bool {
        let word = Array(word.utf8)
        return indices.contains { self[$0...].starts(with: word) }
    }
}
