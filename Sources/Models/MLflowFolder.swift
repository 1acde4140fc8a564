import Base
import Prediction

/// A folder that MLflow saved: `MLmodel` says which flavors of the model are there, and which file each of them is.
enum MLflowFolder {
    /// The file that says so.
    static let manifest = "MLmodel"

    /// Flavors that are read, the most faithful first, and what each of them calls its file.
    private static let flavors: [(name: String, keys: [String])] = [
        ("sklearn", ["pickled_model"]), ("xgboost", ["data", "model_path"]), ("lightgbm", ["data", "model_path"]),
        ("onnx", ["data"]),
    ]

    /// The model file, relative to the folder, of what `MLmodel` says.
    static func file(_ manifest: [UInt8], at place: ModelDefect.Place) throws(ModelDefect) -> String {
        let known: JSON
        do {
            known = try YAML.parse(manifest).first?["flavors"] ?? .null
        } catch {
            throw ModelDefect(at: place, what: "is no YAML", why: "\(error)")
        }
        for flavor in flavors {
            let entry = known[flavor.name]
            guard entry.object != nil else { continue }
            let format = entry["serialization_format"].string
            guard format == nil || format == "pickle" || format == "cloudpickle" else {
                throw ModelDefect(
                    at: place,
                    what: "flavor \(flavor.name) is saved as \(format ?? ""), which is not read"
                )
            }
            guard let file = flavor.keys.lazy.compactMap({ entry[$0].string }).first else {
                throw ModelDefect(at: place, what: "flavor \(flavor.name) names no file")
            }
            let parts = file.split(separator: "/", omittingEmptySubsequences: false)
            guard !parts.contains("..") && !parts.contains("") else {
                throw ModelDefect(
                    at: place,
                    what: "flavor \(flavor.name) names \(file), which lies outside of the folder"
                )
            }
            return file
        }
        let names = known.object.map { $0.keys.sorted().joined(separator: ", ") } ?? "none"
        throw ModelDefect(
            at: place,
            what: "no flavor of the model is native",
            why: "there are \(names), read are \(flavors.map(\.name).joined(separator: ", "))"
        )
    }
}
