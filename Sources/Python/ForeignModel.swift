import CLinux

/// A model that only the library that made it can run, and what its worker has to know.
package struct ForeignModel: Equatable, Sendable {
    /// How a worker loads it; its program knows these words.
    package enum Kind: String, Sendable {
        case pickle, xgboost, lightgbm, catboost, mlflow
    }

    /// How a worker loads it.
    package let kind: Kind
    /// The file, or for MLflow the folder; from the root on, for a worker has a working folder of its own.
    package let path: String
    /// The version of the library that wrote it, where the file says so.
    package let version: String?

    package init(_ kind: Kind, at path: String, version: String? = nil) {
        self.kind = kind
        self.path = ForeignModel.absolute(path)
        self.version = version
    }

    private static func absolute(_ path: String) -> String {
        guard !path.hasPrefix("/"), let folder = getcwd(nil, 0) else { return path }
        defer { free(folder) }
        return "\(String(cString: folder))/\(path)"
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
