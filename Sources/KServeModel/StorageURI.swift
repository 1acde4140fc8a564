/// Where a model lies, as far as it decides how the model comes into a pod.
package enum StorageURI: Equatable, Sendable {
    /// A folder or file of the machine: `file:///path`, or a path alone.
    case local(path: String)
    /// A folder in a persistent volume: `pvc://claim/path`.
    case claim(name: String, path: String)
    /// Anything that must be fetched first.
    case remote(String)

    /// The schemes that can be fetched without a ClusterStorageContainer that names them.
    package static let schemes = [
        "gs", "s3", "pvc", "file", "https", "http", "hdfs", "webhdfs", "oci", "oci+native", "oci+fetch", "hf",
    ]

    /// Reads a URI; nil where nothing can bring it.
    package init?(_ text: String) {
        guard let scheme = StorageURI.scheme(of: text) else {
            guard !text.isEmpty else { return nil }
            self = .local(path: text)
            return
        }
        guard StorageURI.schemes.contains(scheme) || text.contains(".blob.core.windows.net/") else { return nil }
        let rest = text.dropFirst(scheme.count + 3)
        switch scheme {
        case "file": self = .local(path: rest.hasPrefix("/") ? String(rest) : "/" + rest)
        case "pvc":
            let parts = rest.split(separator: "/", maxSplits: 1, omittingEmptySubsequences: false)
            guard let claim = parts.first, !claim.isEmpty else { return nil }
            let path = parts.count == 2 ? String(parts[1]) : ""
            self = .claim(name: String(claim), path: path.trimming("/"))
        default: self = .remote(text)
        }
    }

    /// What a user is told of a URI that nothing can bring.
    package static func fault(of text: String) -> String? {
        guard StorageURI(text) == nil else { return nil }
        let known = schemes.map { $0 + "://" }.joined(separator: ", ")
        return "StorageURI not supported: storageUri, must be one of: [\(known)] or match "
            + "https://{}.blob.core.windows.net/{}/{} or be an absolute or relative local path. "
            + "StorageUri [\(text)] is not supported"
    }

    /// The word before `://`, if there is one.
    private static func scheme(of text: String) -> String? {
        guard let mark = text.firstRange(of: "://") else { return nil }
        return String(text[..<mark.lowerBound])
    }
}

extension String {
    fileprivate func trimming(_ character: Character) -> String {
        var text = drop { $0 == character }
        while text.last == character { text.removeLast() }
        return String(text)
    }
}
