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
        type.trustStatus()
        type.checkMetadata(names)
        return type
    }

    /// Puts the checks of `metadata` before the kind's own.
    mutating func checkMetadata(_ names: NameRule) {
        let kindFaults = validate
        let isNamespaced = isNamespaced
        validate = { new, old in
            // What is stored was checked when it came.
            let isChecked = old?.metadata == new.metadata
            let faults = isChecked ? [] : MetadataRules.faults(new, isNamespaced: isNamespaced, name: names)
            return faults + kindFaults(new, old)
        }
    }

    /// Leaves the kind's checks out where nothing but the status changes: no built-in kind has rules for that.
    private mutating func trustStatus() {
        let kindFaults = validate
        validate = { new, old in
            guard var before = old else { return kindFaults(new, old) }
            before.status = new.status
            return before == new ? [] : kindFaults(new, old)
        }
    }
}
