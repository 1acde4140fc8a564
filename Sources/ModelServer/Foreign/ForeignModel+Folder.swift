import Models
import Prediction
import Python

extension ForeignModel {
    /// What Python would load from a folder whose model could not be loaded natively; nil where nothing there is whole, or
    /// a library of Python's.
    static func find(in folder: String) -> ForeignModel? {
        // Why there is no file to be found, or none that can be read, was told by whoever looked for it natively.
        if let saved = MLflowFolder.find(in: folder) {
            return (try? MLflowFolder.read(saved)).flatMap { find($0, in: saved) }
        }
        guard let file = try? ModelFile.find(in: folder), let bytes = try? ModelFile.content(file),
            let fileBytes = try? ModelFile.size(file),
            let format = try? ModelFormat.of(file: file, content: bytes)
        else { return nil }
        guard let kind = kinds[format.name] else { return nil }
        guard let outline = format.outline else { return ForeignModel(kind, at: file) }
        // A file that nobody can read to its end is broken.
        guard let description = try? outline(bytes, Model.Options(fileBytes: fileBytes)) else { return nil }
        return ForeignModel(kind, at: file, version: description.version)
    }

    /// The library's own file where a flavor names one: that needs no MLflow. Else MLflow's function around it.
    private static func find(_ manifest: MLflowManifest, in folder: String) -> ForeignModel? {
        for flavor in manifest.flavors {
            guard let kind = flavorKinds[flavor.name], let file = flavor.file else { continue }
            guard flavor.isPickleOrOwn, !flavor.hasCode else { continue }
            return ForeignModel(kind, at: "\(folder)/\(file)", version: flavor.version)
        }
        return manifest.hasFunction ? ForeignModel(.mlflow, at: folder) : nil
    }

    private static let kinds: [String: Kind] = [
        "pickle": .pickle, "xgboost": .xgboost, "lightgbm": .lightgbm, "catboost": .catboost,
    ]
    /// The others need more than their file to answer as their class does.
    private static let flavorKinds: [String: Kind] = ["sklearn": .pickle]
}
