import KubeModel

extension ResourceType {
    /// A built-in kind whose fields are those of a message of Kubernetes' own tables.
    static func builtIn(
        _ id: ResourceID,
        _ kind: String,
        message: String,
        isNamespaced: Bool = true,
        names: NameRule = .dns1123Subdomain,
        table: [TableColumn] = [.name, .age],
        configure: (inout ResourceType) -> Void = { _ in }
    ) -> ResourceType {
        var type = ResourceType(id, kind: kind, isNamespaced: isNamespaced)
        type.schema = .message(message)
        type.setTable(table)
        configure(&type)
        type.checkMetadata(names)
        return type
    }

    /// Puts the checks of `metadata` before the kind's own.
    mutating func checkMetadata(_ names: NameRule) {
        let kindFaults = validate
        let isNamespaced = isNamespaced
        validate = { new, old in
            MetadataRules.faults(new, isNamespaced: isNamespaced, name: names) + kindFaults(new, old)
        }
    }
}
