import Base

extension InferenceService {
    /// The rules of `storageUri` and `storageUris`, transformer and explainer first.
    func storageFault() -> String? {
        for component in [transformer, explainer, predictor].compactMap({ $0 }) {
            if component.storageURI != nil, !component.json["storageUris"].isNull {
                return "Setting both StorageURI and StorageURIs is not supported."
            }
            if let fault = InferenceService.fault(ofStorageURIs: component.storageURIs) { return fault }
        }
        return nil
    }

    private static func fault(ofStorageURIs list: [JSON]) -> String? {
        var paths: [String] = []
        var claimPaths: [String] = []
        for entry in list {
            let uri = entry["uri"].string ?? ""
            let path = entry["mountPath"].string ?? ModelPath.mount
            if uri.isEmpty { return "storage URI cannot be empty" }
            if path == "/" { return "storage path cannot be empty" }
            if !path.hasPrefix("/") { return "storage path must be absolute: \(path)" }
            if path.contains("..") { return "storage path cannot contain '..' for security reasons: \(path)" }
            if uri.hasPrefix("pvc://") { claimPaths.append(path) } else { paths.append(path) }
        }
        if Set(claimPaths).count < claimPaths.count { return "PVC storage paths must be unique" }
        guard paths.count > 1, commonParent(paths).isEmpty else { return nil }
        return "storage paths must have a common parent directory. Current paths: "
            + "[\(paths.joined(separator: " "))] have no common parent beyond root"
    }

    /// The path segments that all paths begin with.
    private static func commonParent(_ paths: [String]) -> [Substring] {
        let split = paths.map { $0.split(separator: "/") }
        guard var common = split.first else { return [] }
        for segments in split.dropFirst() {
            let shared = zip(common, segments).prefix { $0 == $1 }.count
            common = Array(common.prefix(shared))
        }
        return common
    }
}
