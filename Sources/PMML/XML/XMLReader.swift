import CExpat
import CLinux
import Prediction

/// Reads XML by expat: no external entities, no entities of the document's own, nothing deeper or longer than
/// `PMMLLimits` says.
///
/// Safe: expat calls back on this thread only while `read` runs, with this object as its only memory.
final class XMLReader {
    private var nodes: [XMLDocument.Node] = []
    private var attributes: [XMLDocument.Attribute] = []
    private var names: [String] = []
    private var indices: [String: Int32] = [:]
    private var utf8: [UInt8] = []
    /// The elements that are open, outermost first, each with its last child so far.
    private var open: [(node: Int32, lastChild: Int32)] = []
    private var defect: ModelDefect?
    private let parser: XML_Parser

    /// Bytes that expat takes at once.
    private static let pieceBytes = 1 << 24

    private init(_ parser: XML_Parser) { self.parser = parser }

    /// The document that `bytes` spell.
    static func read(_ bytes: [UInt8]) throws(ModelDefect) -> XMLDocument {
        guard bytes.count < Int32.max else {
            throw ModelDefect(at: .byte(0), what: "document has \(bytes.count) bytes, which are too many")
        }
        guard let parser = XML_ParserCreate(nil) else {
            throw ModelDefect(at: .byte(0), what: "document cannot be read", why: "out of memory")
        }
        defer { XML_ParserFree(parser) }
        let reader = XMLReader(parser)
        reader.listen()
        try reader.take(bytes)
        return XMLDocument(
            nodes: reader.nodes,
            attributes: reader.attributes,
            names: reader.names,
            indices: reader.indices,
            utf8: reader.utf8
        )
    }

    private func listen() {
        XML_SetUserData(parser, Unmanaged.passUnretained(self).toOpaque())
        XML_SetElementHandler(
            parser,
            { user, name, values in XMLReader.of(user).start(name, values) },
            { user, _ in XMLReader.of(user).end() }
        )
        XML_SetCharacterDataHandler(parser) { user, bytes, count in XMLReader.of(user).text(bytes, Int(count)) }
        XML_SetEntityDeclHandler(parser) { user, name, _, _, _, _, _, _, _ in
            XMLReader.of(user).refuse("an entity is declared, which is not read: \(XMLReader.spelt(name))")
        }
        XML_SetParamEntityParsing(parser, XML_PARAM_ENTITY_PARSING_NEVER)
    }

    /// Safe: the object is held by `read` while expat runs.
    private static func of(_ user: UnsafeMutableRawPointer?) -> XMLReader {
        Unmanaged<XMLReader>.fromOpaque(user!).takeUnretainedValue()
    }

    private func take(_ bytes: [UInt8]) throws(ModelDefect) {
        var at = 0
        repeat {
            let count = min(XMLReader.pieceBytes, bytes.count - at)
            let status = bytes.withUnsafeBytes { buffer in
                let start = buffer.baseAddress.map { $0 + at }
                return XML_Parse(
                    parser,
                    start?.assumingMemoryBound(to: CChar.self),
                    Int32(count),
                    at + count == bytes.count ? 1 : 0
                )
            }
            if let defect { throw defect }
            guard status == XML_STATUS_OK else { throw syntaxDefect() }
            at += count
        } while at < bytes.count
    }

    private func syntaxDefect() -> ModelDefect {
        let reason = XML_ErrorString(XML_GetErrorCode(parser)).map { String(cString: $0) } ?? "unknown"
        return ModelDefect(
            at: .member("line \(line), column \(XML_GetCurrentColumnNumber(parser))"),
            what: "is no XML",
            why: reason
        )
    }

    private var line: Int32 { Int32(clamping: XML_GetCurrentLineNumber(parser)) }

    /// Keeps the first defect, ends the reading.
    private func refuse(_ what: String) {
        guard defect == nil else { return }
        defect = ModelDefect(at: .member("line \(line)"), what: what)
        XML_StopParser(parser, 0)
    }

    private static func spelt(_ name: UnsafePointer<CChar>?) -> String {
        name.map { String(String(cString: $0).prefix(64)) } ?? ""
    }
}

// What expat tells.
extension XMLReader {
    fileprivate func start(_ name: UnsafePointer<CChar>?, _ values: UnsafeMutablePointer<UnsafePointer<CChar>?>?) {
        guard defect == nil, let name else { return }
        guard open.count < PMMLLimits.depthMax else {
            return refuse("elements stand deeper than \(PMMLLimits.depthMax) levels in each other")
        }
        guard nodes.count < PMMLLimits.elementsMax else {
            return refuse("there are more than \(PMMLLimits.elementsMax) elements")
        }
        guard let range = keep(attributes: values) else {
            return refuse("\(XMLReader.spelt(name)) has more than \(PMMLLimits.attributesMax) attributes")
        }
        let index = Int32(nodes.count)
        nodes.append(
            XMLDocument.Node(
                name: self.index(ofName: name),
                line: line,
                parent: open.last?.node ?? -1,
                attributes: range,
                text: Int32(utf8.count)..<Int32(utf8.count)
            )
        )
        if let around = open.indices.last {
            let (parent, last) = open[around]
            if last < 0 { nodes[Int(parent)].firstChild = index } else { nodes[Int(last)].next = index }
            open[around].lastChild = index
        }
        open.append((index, -1))
    }

    fileprivate func end() { _ = open.popLast() }

    fileprivate func text(_ bytes: UnsafePointer<CChar>?, _ count: Int) {
        guard defect == nil, let bytes, let (node, lastChild) = open.last, lastChild < 0 else { return }
        bytes.withMemoryRebound(to: UInt8.self, capacity: count) {
            utf8.append(contentsOf: UnsafeBufferPointer(start: $0, count: count))
        }
        nodes[Int(node)].text = nodes[Int(node)].text.lowerBound..<Int32(utf8.count)
    }

    private func keep(attributes values: UnsafeMutablePointer<UnsafePointer<CChar>?>?) -> Range<Int32>? {
        let first = Int32(attributes.count)
        guard let values else { return first..<first }
        var at = 0
        while let name = values[at], let value = values[at + 1] {
            guard at / 2 < PMMLLimits.attributesMax else { return nil }
            let start = Int32(utf8.count)
            let count = strlen(value)
            value.withMemoryRebound(to: UInt8.self, capacity: count) {
                utf8.append(contentsOf: UnsafeBufferPointer(start: $0, count: count))
            }
            attributes.append(
                XMLDocument.Attribute(name: index(ofName: name), value: start..<Int32(utf8.count))
            )
            at += 2
        }
        return first..<Int32(attributes.count)
    }

    /// Index of a name without its prefix: documents of all versions are read alike.
    private func index(ofName name: UnsafePointer<CChar>) -> Int32 {
        let whole = String(cString: name)
        let local = whole.firstIndex(of: ":").map { String(whole[whole.index(after: $0)...]) } ?? whole
        // `x-` attributes keep their names; others that have a prefix are none of PMML's.
        if let index = indices[local] { return index }
        let index = Int32(names.count)
        names.append(local)
        indices[local] = index
        return index
    }
}
