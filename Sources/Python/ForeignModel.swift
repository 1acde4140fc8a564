/// A model that only the library that made it can run, and what its worker has to know.
package struct ForeignModel: Equatable, Sendable {
    /// How a worker loads it; its program knows these words.
    package enum Kind: String, Sendable {
        case pickle, xgboost, lightgbm, catboost, mlflow
    }

    /// How a worker loads it.
    package let kind: Kind
    /// The file, or for MLflow the folder.
    package let path: String
    /// The version of the library that wrote it, where the file says so.
    package let version: String?

    package init(_ kind: Kind, at path: String, version: String? = nil) {
        self.kind = kind
        self.path = path
        self.version = version
    }

    /// What `pip install` is told to bring a module.
    func requirement(for module: String) -> String {
        let package = module.split(separator: ".").first.map(String.init) ?? module
        if kind == .mlflow, package != "mlflow" { return "-r \(path)/requirements.txt" }
        let name = ForeignModel.packages[package] ?? package
        guard let version, package == "sklearn" || package == kind.rawValue else { return name }
        return "\(name)==\(version)"
    }

    /// Modules that come in packages of other names.
    private static let packages = ["sklearn": "scikit-learn", "imblearn": "imbalanced-learn"]
}
