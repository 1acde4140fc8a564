import Prediction

/// Which fields a model can see: those of its mining schema, those that are derived from them, those that models before
/// it in a chain gave; around it the scope of the model that it is in.
final class Scope {
    private let builder: Builder
    private let parent: Scope?
    /// Fields of the mining schema, parameters of a function, and outputs of models that came before.
    private var fields: [String: Int32] = [:]
    /// Derived fields of the model alone, and of the whole document.
    private let local: [String: XMLElement]
    private let global: [String: XMLElement]
    private var derived: [String: Int32] = [:]
    private var underWay: Set<String> = []
    /// Whether the document's derived fields are here what they are in the scope around.
    var isLikeParent = true

    init(
        _ builder: Builder,
        in parent: Scope?,
        local: [String: XMLElement] = [:],
        global: [String: XMLElement] = [:]
    ) {
        self.builder = builder
        self.parent = parent
        self.local = local
        self.global = global.isEmpty ? parent?.global ?? [:] : global
    }

    func declare(_ name: String, as slot: Int32) { fields[name] = slot }

    /// Where a field's value is; throws where there is no such field.
    func slot(_ name: String, at element: XMLElement) throws(ModelDefect) -> Int32 {
        if let slot = try known(name, at: element) { return slot }
        throw element.defect("refers to the field '\(name.prefix(64))', which is not there")
    }

    /// The same; nil where there is no such field.
    func known(_ name: String, at element: XMLElement) throws(ModelDefect) -> Int32? {
        if let slot = fields[name] ?? derived[name] { return slot }
        if let field = local[name] { return try derive(name, field) }
        if let field = global[name] {
            if isLikeParent, let parent { return try parent.known(name, at: element) }
            return try derive(name, field)
        }
        return try parent?.known(name, at: element)
    }

    /// The element of a derived field; nil where there is none of that name.
    func derivedElement(_ name: String) -> XMLElement? { local[name] ?? global[name] ?? parent?.derivedElement(name) }

    private func derive(_ name: String, _ field: XMLElement) throws(ModelDefect) -> Int32 {
        guard underWay.insert(name).inserted else {
            throw field.defect("the field '\(name.prefix(64))' is derived from itself")
        }
        defer { underWay.remove(name) }
        let slot = try builder.nested(at: field) { () throws(ModelDefect) in
            try ExpressionBuilder(builder, self).derivedField(field)
        }
        derived[name] = slot
        return slot
    }
}
