import Base
package import Prediction

/// What `MLmodel` says of a model that MLflow saved, versions 1 to 3.
package struct MLflowManifest: Equatable, Sendable {
    /// A library's own way to the model.
    package struct Flavor: Equatable, Sendable {
        /// The library, as MLflow calls it.
        package let name: String
        /// The model's file, relative to the folder; nil where the flavor names none.
        package let file: String?
        /// The library's version, where it is told.
        package let version: String?
        /// How the file was written; nil for the library's own way.
        let format: String?
        /// Whether code of the model's own lies beside it.
        package let hasCode: Bool
        /// The class that was saved, such as `xgboost.sklearn.XGBClassifier`; nil where nothing is said of it.
        let className: String?

        /// Whether the file is what the library writes, or a pickle.
        package var isPickleOrOwn: Bool { format.map { ["pickle", "cloudpickle"].contains($0) } ?? true }
    }

    /// The flavors that are read, the most faithful first.
    package let flavors: [Flavor]
    /// The names of all that are there.
    let names: [String]
    /// Whether MLflow can ask the model as a Python function, whatever library made it.
    package var hasFunction: Bool { names.contains("python_function") }
    /// The columns that the signature names; empty where it names none.
    package let columns: [String]

    /// Flavors that are read, and what each of them calls its file, its version and its class.
    private static let known: [(name: String, files: [String], version: String, className: String)] = [
        ("sklearn", ["pickled_model"], "sklearn_version", "model_class"),
        ("xgboost", ["data", "model_path"], "xgb_version", "model_class"),
        ("lightgbm", ["data", "model_path"], "lgb_version", "model_class"),
        ("catboost", ["data"], "catboost_version", "model_type"),
        ("onnx", ["data"], "onnx_version", "model_type"),
    ]

    /// Reads the file's content.
    package init(_ bytes: [UInt8], at place: ModelDefect.Place) throws(ModelDefect) {
        let document: JSON
        do {
            document = try YAML.parse(bytes).first ?? .null
        } catch {
            throw ModelDefect(at: place, what: "is no YAML", why: "\(error)")
        }
        let entries = document["flavors"]
        names = entries.object?.keys.sorted() ?? []
        flavors = MLflowManifest.known.compactMap { known in
            let entry = entries[known.name]
            guard entry.object != nil else { return nil }
            return Flavor(
                name: known.name,
                file: known.files.lazy.compactMap { entry[$0].string }.first,
                version: entry[known.version].string,
                format: entry["serialization_format"].string,
                hasCode: entry["code"].string != nil,
                className: entry[known.className].string
            )
        }
        columns = MLflowManifest.columns(document["signature"]["inputs"].string)
    }

    /// The signature is JSON within YAML: `[{"type": "double", "name": "age"}]`. One that cannot be read names nothing.
    private static func columns(_ inputs: String?) -> [String] {
        guard let inputs, let tensors = try? JSON.parse(Array(inputs.utf8)).array else { return [] }
        let names = tensors.compactMap { $0["type"].string == "tensor" ? nil : $0["name"].string }
        return names.count == tensors.count ? names : []
    }

    /// The file of the most faithful flavor, where that is served natively.
    func nativeFile(at place: ModelDefect.Place) throws(ModelDefect) -> String {
        guard let flavor = flavors.first else {
            throw ModelDefect(
                at: place,
                what: "no flavor of the model is native",
                why: "there are \(names.isEmpty ? "none" : names.joined(separator: ", ")), read are "
                    + MLflowManifest.known.map(\.name).joined(separator: ", ")
            )
        }
        func defect(_ what: String) -> ModelDefect {
            ModelDefect(at: place, what: "flavor \(flavor.name) \(what)")
        }
        guard flavor.isPickleOrOwn else { throw defect("is saved as \(flavor.format ?? ""), which is not read") }
        guard let file = flavor.file else { throw defect("names no file") }
        let parts = file.split(separator: "/", omittingEmptySubsequences: false)
        guard !parts.contains("..") && !parts.contains("") else {
            throw defect("names \(file), which lies outside of the folder")
        }
        if flavor.name == "xgboost", let name = flavor.className, name.hasSuffix("Classifier") {
            throw defect("holds a \(name), which answers classes; the file has a booster, which does not know them")
        }
        return file
    }
}
