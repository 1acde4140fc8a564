package import Prediction

extension ModelFormat {
    /// Models saved by CatBoost (1.0 to 1.2) in its binary format or as JSON.
    package static let catboost = ModelFormat(
        name: "catboost",
        endings: [".cbm", ".json"],
        isBegunBy: { head in head.starts(with: CatBoostFile.magic) || CatBoostFile.isDocument(head) },
        load: { bytes, options throws(ModelDefect) in
            try CatBoostBooster(bytes).content(wantsProbabilities: options.wantsProbabilities)
        }
    )
}

extension CatBoostFile {
    /// Whether bytes that begin like this are JSON of CatBoost: an object whose first member is one of the format's.
    fileprivate static func isDocument(_ head: ArraySlice<UInt8>) -> Bool {
        let quote = UInt8(ascii: "\"")
        let words = head.prefix(256).split(separator: quote, omittingEmptySubsequences: false)
        guard words.count > 2, words[0].allSatisfy({ [0x20, 0x09, 0x0A, 0x0D, UInt8(ascii: "{")].contains($0) }) else {
            return false
        }
        let names = ["ctr_data", "features_info", "model_info", "oblivious_trees", "scale_and_bias", "trees"]
        return names.contains(String(decoding: words[1], as: UTF8.self))
    }
}
