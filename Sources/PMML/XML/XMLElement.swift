import Prediction

/// An element of a document, with what a loader asks of it; every defect names the element and its line.
struct XMLElement: Sendable {
    let document: XMLDocument
    let index: Int32

    private var node: XMLDocument.Node { document.nodes[Int(index)] }

    /// The outermost element.
    static func root(of document: XMLDocument) throws(ModelDefect) -> XMLElement {
        guard !document.nodes.isEmpty else { throw ModelDefect(at: .byte(0), what: "document has no element") }
        return XMLElement(document: document, index: 0)
    }

    var name: String { document.names[Int(node.name)] }
    /// The text directly inside.
    var text: String { document.text(node.text) }
    /// The elements directly inside.
    var children: XMLChildren { XMLChildren(document: document, at: node.firstChild) }
    /// How a defect calls this element.
    var place: ModelDefect.Place { .member("\(name) at line \(node.line)") }

    func defect(_ what: String, why: String? = nil) -> ModelDefect { ModelDefect(at: place, what: what, why: why) }

    /// The defect of an element or option that is known and not supported.
    func unsupported(_ what: String) -> ModelDefect { defect("\(what) is not supported") }
}

/// The elements inside another, in order.
struct XMLChildren: Sequence, IteratorProtocol {
    let document: XMLDocument
    private var at: Int32

    fileprivate init(document: XMLDocument, at: Int32) {
        self.document = document
        self.at = at
    }

    mutating func next() -> XMLElement? {
        guard at >= 0 else { return nil }
        defer { at = document.nodes[Int(at)].next }
        return XMLElement(document: document, index: at)
    }
}

// Elements inside.
extension XMLElement {
    /// The elements inside of that name.
    func children(_ name: String) -> [XMLElement] {
        guard let wanted = document.index(of: name) else { return [] }
        return children.filter { $0.node.name == wanted }
    }

    /// The first element inside of that name.
    func child(_ name: String) -> XMLElement? {
        guard let wanted = document.index(of: name) else { return nil }
        return children.first { $0.node.name == wanted }
    }

    func requiredChild(_ name: String) throws(ModelDefect) -> XMLElement {
        guard let child = child(name) else { throw defect("has no element \(name)") }
        return child
    }

    /// The first element inside whose name is among `names`.
    func child(among names: Set<String>) -> XMLElement? { children.first { names.contains($0.name) } }
}

// Attributes.
extension XMLElement {
    func attribute(_ name: String) -> String? {
        guard let wanted = document.index(of: name) else { return nil }
        for index in node.attributes where document.attributes[Int(index)].name == wanted {
            return document.text(document.attributes[Int(index)].value)
        }
        return nil
    }

    /// All attributes, in order.
    var attributes: [(name: String, value: String)] {
        node.attributes.map { index in
            let attribute = document.attributes[Int(index)]
            return (document.names[Int(attribute.name)], document.text(attribute.value))
        }
    }

    func required(_ name: String) throws(ModelDefect) -> String {
        guard let value = attribute(name) else { throw defect("has no attribute \(name)") }
        return value
    }

    func number(_ name: String) throws(ModelDefect) -> Double? {
        guard let text = attribute(name) else { return nil }
        guard let number = Spelling.number(text) else { throw defect("\(name) is no number: \(text.prefix(64))") }
        return number
    }

    func requiredNumber(_ name: String) throws(ModelDefect) -> Double {
        guard let number = try number(name) else { throw defect("has no attribute \(name)") }
        return number
    }

    func integer(_ name: String) throws(ModelDefect) -> Int? {
        guard let number = try number(name) else { return nil }
        guard let whole = Int(exactly: number), abs(whole) <= Int(Int32.max) else {
            throw defect("\(name) is no whole number of 32 bits: \(number)")
        }
        return whole
    }

    func flag(_ name: String) throws(ModelDefect) -> Bool? {
        guard let text = attribute(name) else { return nil }
        guard let flag = Spelling.flag(text) else {
            throw defect("\(name) is neither true nor false: \(text.prefix(64))")
        }
        return flag
    }

    /// One of the words of an enumeration; `fallback` where the attribute is absent.
    func word<Word: RawRepresentable<String>>(
        _ name: String,
        default fallback: Word? = nil
    ) throws(ModelDefect) -> Word {
        guard let text = attribute(name) else {
            guard let fallback else { throw defect("has no attribute \(name)") }
            return fallback
        }
        guard let word = Word(rawValue: text) else {
            throw defect("\(name) is unknown or not supported: \(text.prefix(64))")
        }
        return word
    }
}
