package import Prediction

// Parameters of estimators, which may be of several kinds.
extension PickleValue {
    /// Whether this is a list or tuple.
    package var isSequence: Bool {
        switch heap[ref] {
        case .list, .tuple: true
        default: false
        }
    }

    /// Module and name of the function or class that this is the name of.
    package var globalName: (module: String, name: String)? {
        guard case .name(let index) = heap[ref] else { return nil }
        let name = heap.names[Int(index)]
        return (name.module, name.name)
    }

    /// The member `name`, or the one that older versions called `old`.
    package func member(_ name: String, formerly old: String) throws(ModelDefect) -> PickleValue {
        if let value = try optional(name) { return value }
        return try member(old)
    }

    /// Whether that version of scikit-learn or a newer one saved this estimator; not where it does not say.
    package func isSavedSince(_ major: Int, _ minor: Int) throws(ModelDefect) -> Bool {
        guard let version = try optional("_sklearn_version")?.text() else { return false }
        let parts = version.split(separator: ".").prefix(2).map { Int($0) ?? 0 }
        return parts.count == 2 && (parts[0], parts[1]) >= (major, minor)
    }
}
