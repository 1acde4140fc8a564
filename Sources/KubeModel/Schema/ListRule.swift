/// How server-side apply sees a list.
package enum ListRule: Equatable, Sendable {
    /// One value.
    case atomic
    /// Scalars, none twice.
    case set
    /// Objects, told apart by these members.
    case map(keys: [String])
}

extension Schema {
    /// How the list at a path of member names is seen by apply; lists on the way count as their elements.
    package func listRule(at path: [String]) -> ListRule {
        switch shape(at: path) {
        case .node(let node)?: node.list
        case .field(_, let merge)?: merge.list
        default: .atomic
        }
    }

    /// Whether the object at a path of member names is one value for apply (a selector, a reference).
    package func isAtomic(at path: [String]) -> Bool {
        switch shape(at: path) {
        case .node(let node)?: node.isAtomic
        case .field(.message(let name), let merge)?:
            merge.isAtomic ?? MessageTable.shared[name]?.merge.isAtomic ?? false
        case .field(_, let merge)?: merge.isAtomic ?? false
        default: false
        }
    }

    private func shape(at path: [String]) -> Shape? {
        let root: Shape? =
            switch self {
            case .any: nil
            case .message(let name): .field(.message(name))
            case .custom(let schema): path.first == "metadata" ? nil : .node(schema.root)
            }
        if case .custom = self, path.first == "metadata" {
            return Schema.message("meta.ObjectMeta").shape(at: Array(path.dropFirst()))
        }
        return path.reduce(root) { shape, name in
            guard var shape else { return nil }
            while case .some = shape.elementIfList { shape = shape.element }
            return shape.member(name)
        }
    }
}

extension Shape {
    /// The elements' shape where this is a list.
    fileprivate var elementIfList: Shape? {
        switch self {
        case .node(let node): node.kind == .array ? element : nil
        case .field(.list, _): element
        case .any, .field: nil
        }
    }
}
