import Base
import Prediction

/// Bounds of models of CatBoost.
enum CatBoostLimits {
    /// How deep a symmetric tree may be; as deep as CatBoost makes them.
    static let depthMax = 16
    /// Slots of an index that are tried for a category; hashes as CatBoost makes them need a few dozen.
    static let triedSlotsMax = 1024
    /// Numbers of tables that are looked at for a row, by all statistics together.
    static let statisticNumbersMax = 1 << 20
    /// Bytes of a text that a model is accompanied by.
    static let infoBytesMax = 16 << 20
}

// What a model is accompanied by.
extension CatBoostFile {
    /// Whether a member of the info is looked at.
    static func isOfInterest(_ name: String) -> Bool {
        [
            "params", "class_params", "multiclass_params", "loss_function", "binclass_probability_threshold",
            "catboost_version_info",
        ].contains(name)
    }

    /// Reads a member of the info.
    static func parse(_ bytes: UnsafeRawBufferPointer, _ name: String) throws(ModelDefect) -> JSON {
        guard bytes.count <= CatBoostLimits.infoBytesMax else {
            throw ModelDefect(
                at: .member("model_info.\(name)"),
                what: "has \(bytes.count) bytes, \(CatBoostLimits.infoBytesMax) are read"
            )
        }
        do throws(JSONDefect) {
            return try JSON.parse(bytes)
        } catch {
            throw ModelDefect(at: .member("model_info.\(name)"), what: error.what, why: "at byte \(error.offset) of it")
        }
    }

    /// A member of the info as an object, be it one or a text that spells one; null where it is not there.
    private func object(_ name: String) throws(ModelDefect) -> JSON {
        let value = info[name] ?? .null
        guard let text = value.string else { return value }
        let bytes = Array(text.utf8)
        let parsed = bytes.withUnsafeBytes { bytes in
            Result { () throws(ModelDefect) in try CatBoostFile.parse(bytes, name) }
        }
        return try parsed.get()
    }

    /// The version that wrote the model, where it was a release.
    var version: String? {
        guard let text = info["catboost_version_info"]?.string else { return nil }
        let words = text.split(whereSeparator: \.isWhitespace)
        return words.first { $0.hasPrefix("tags/v") }.map { String($0.dropFirst("tags/v".count)) }
    }

    /// What the model was trained for; empty where the file does not tell.
    func lossName() throws(ModelDefect) -> String {
        for loss in [try object("params")["loss_function"], try object("loss_function")] {
            if let name = loss["type"].string ?? loss.string { return name }
        }
        return ""
    }

    /// The probability from which on a row is of the second of two classes.
    func probabilityBound() throws(ModelDefect) -> Double {
        guard let value = info["binclass_probability_threshold"] else { return 0.5 }
        guard let bound = value.double ?? value.string.flatMap({ Double($0) }), bound > 0, bound < 1 else {
            throw ModelDefect(at: .member("model_info.binclass_probability_threshold"), what: "is no probability")
        }
        return bound
    }

    /// The names of `count` classes, in CatBoost's order of places to look for them.
    func labels(_ count: Int) throws(ModelDefect) -> Labels {
        let classes = try object(info["class_params"] == nil ? "multiclass_params" : "class_params")
        var names = classes["class_names"].array ?? []
        if names.isEmpty, (classes["classes_count"].int ?? 0) == 0 { names = classes["class_to_label"].array ?? [] }
        if names.isEmpty, classes.object == nil {
            names = try object("params")["data_processing_options"]["class_names"].array ?? []
        }
        let labels = names.isEmpty ? .integers((0..<count).map(Int64.init)) : CatBoostFile.labels(names)
        guard let labels, labels.count == count else {
            throw ModelDefect(at: .member("class_names"), what: "are \(names.count) names for \(count) classes")
        }
        return labels
    }

    /// Names of one kind; nil where they are of several.
    private static func labels(_ names: [JSON]) -> Labels? {
        let texts = names.compactMap(\.string)
        if texts.count == names.count { return .texts(texts) }
        let flags = names.compactMap(\.bool)
        if flags.count == names.count { return .flags(flags) }
        let numbers = names.compactMap(\.double)
        guard numbers.count == names.count else { return nil }
        let integers = names.compactMap { if case .int(let value) = $0 { value } else { nil } }
        return integers.count == names.count ? .integers(integers) : .numbers(numbers)
    }
}
