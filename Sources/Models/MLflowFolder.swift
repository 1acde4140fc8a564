import Base
package import Prediction

/// A folder that MLflow saved: a file in it says what the model is.
package enum MLflowFolder {
    /// The file that says so.
    static let manifest = "MLmodel"

    /// The folder with the manifest: this one; or where it is a run of MLflow's, or one of its logged models, the one
    /// among its artifacts. Nil where MLflow has not been here.
    package static func find(in folder: String) -> String? {
        if ModelFile.isFile("\(folder)/\(manifest)") { return folder }
        let artifacts = "\(folder)/artifacts"
        guard ModelFile.isFile("\(folder)/meta.yaml"), ModelFile.isFolder(artifacts) else { return nil }
        if ModelFile.isFile("\(artifacts)/\(manifest)") { return artifacts }
        let names = (try? ModelFile.names(in: artifacts)) ?? []
        let found = names.filter { !$0.hasPrefix(".") && ModelFile.isFile("\(artifacts)/\($0)/\(manifest)") }
        return found.count == 1 ? "\(artifacts)/\(found[0])" : nil
    }

    /// What the manifest in `folder` says.
    package static func read(_ folder: String) throws(ModelDefect) -> MLflowManifest {
        let file = "\(folder)/\(manifest)"
        return try MLflowManifest(ModelFile.readRaw(file), at: .file(file))
    }

    /// The file of the model in `folder`, where that is served natively.
    static func nativeFile(in folder: String) throws(ModelDefect) -> String {
        "\(folder)/" + (try read(folder).nativeFile(at: .file("\(folder)/\(manifest)")))
    }
}
