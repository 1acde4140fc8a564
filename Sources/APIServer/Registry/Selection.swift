import KubeModel

/// Which objects of a collection a reader wants.
struct Selection: Sendable {
    let namespace: String?
    private let labels: LabelSelector
    private let fields: FieldSelector
    private let kind: ServedKind

    /// Reads the texts of the selectors; fields that the kind does not offer are refused.
    init(_ kind: ServedKind, namespace: String?, labels: String = "", fields: String = "") throws(APIStatus) {
        self.kind = kind
        self.namespace = namespace
        self.labels = try LabelSelector(labels)
        self.fields = try FieldSelector(fields)
        try self.fields.check(allowed: kind.served.selectableFields)
    }

    /// Whether every object of the namespace is wanted.
    var isEverything: Bool { labels.isEmpty && fields.isEmpty }

    /// The name that the wanted object must have, where one is demanded.
    var name: String? { fields.demanded("metadata.name") }

    /// Whether a stored object is wanted.
    func matches(_ stored: KubeObject) -> Bool {
        if !labels.isEmpty, !labels.matches(stored.labels) { return false }
        return fields.isEmpty || fields.matches(kind.present(stored))
    }
}
