package import Prediction

extension ModelFormat {
    /// Models saved by LightGBM (2.x to 4.x) as text.
    package static let lightgbm = ModelFormat(
        name: "lightgbm",
        endings: [".bst", ".txt", ".lgb"],
        isBegunBy: { $0.starts(with: "tree\n".utf8) || $0.starts(with: "tree\r\n".utf8) },
        load: { bytes, _ throws(ModelDefect) in try LightGBMBooster(bytes).content() }
    )
}
