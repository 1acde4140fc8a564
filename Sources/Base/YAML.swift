import CYAML

/// Why a text is not YAML that Kubernetes' tools would take, and where.
package struct YAMLDefect: Error, Equatable, CustomStringConvertible {
    /// Line of the defect, counted from 1.
    package let line: Int
    /// What is wrong there.
    package let what: String

    package init(line: Int, what: String) {
        self.line = line
        self.what = what
    }

    package var description: String { "line \(line): \(what)" }
}

/// Bounds of what `YAML.parse` takes.
package enum YAMLLimits {
    /// How deep collections may be nested.
    package static let depthMax = 256
    /// How many nodes aliases may unfold to in one text: a "billion laughs" ends here.
    package static let aliasedNodesMax = 100_000
}

/// Reads YAML streams into JSON values, by the rules of Kubernetes' tools (YAML 1.1 words as booleans where plain).
package enum YAML {
    /// The documents of a stream, empty ones left out.
    package static func parse(_ text: String) throws(YAMLDefect) -> [JSON] { try parse(Array(text.utf8)) }

    /// The documents of a stream, empty ones left out.
    package static func parse(_ bytes: [UInt8]) throws(YAMLDefect) -> [JSON] {
        let reader = YAMLReader(bytes)
        var documents: [JSON] = []
        while let document = try reader.nextDocument() {
            if !document.isNull { documents.append(document) }
        }
        return documents
    }
}

/// Drives libyaml's events; owns the parser and the copy of the text that it reads from.
private final class YAMLReader {
    private let parser = UnsafeMutablePointer<yaml_parser_t>.allocate(capacity: 1)
    private let input: UnsafeMutableBufferPointer<UInt8>
    private var anchors: [String: (value: JSON, nodes: Int)] = [:]
    private var aliasedNodes = 0

    init(_ bytes: [UInt8]) {
        input = .allocate(capacity: max(1, bytes.count))
        _ = input.update(fromContentsOf: bytes)
        yaml_parser_initialize(parser)
        yaml_parser_set_input_string(parser, input.baseAddress, bytes.count)
    }

    deinit {
        yaml_parser_delete(parser)
        parser.deallocate()
        input.deallocate()
    }

    /// One parsed event; what matters of it is copied out, so that libyaml's memory is freed at once.
    private enum Event {
        case streamEnd, other, documentStart
        case alias(String)
        case scalar(String, plain: Bool, tag: String?, anchor: String?)
        case sequenceStart(anchor: String?), sequenceEnd
        case mappingStart(anchor: String?), mappingEnd
    }

    private var line: Int { Int(parser.pointee.mark.line) + 1 }

    private func next() throws(YAMLDefect) -> Event {
        var event = yaml_event_t()
        guard yaml_parser_parse(parser, &event) == 1 else {
            let problem = parser.pointee.problem.map { String(cString: $0) } ?? "cannot be read"
            throw YAMLDefect(line: Int(parser.pointee.problem_mark.line) + 1, what: problem)
        }
        defer { yaml_event_delete(&event) }
        func text(_ pointer: UnsafeMutablePointer<yaml_char_t>?) -> String? { pointer.map { String(cString: $0) } }
        switch event.type {
        case YAML_STREAM_END_EVENT: return .streamEnd
        case YAML_DOCUMENT_START_EVENT: return .documentStart
        case YAML_ALIAS_EVENT: return .alias(text(event.data.alias.anchor) ?? "")
        case YAML_SCALAR_EVENT:
            let scalar = event.data.scalar
            let value = String(decoding: UnsafeBufferPointer(start: scalar.value, count: scalar.length), as: UTF8.self)
            return .scalar(
                value,
                plain: scalar.style == YAML_PLAIN_SCALAR_STYLE,
                tag: text(scalar.tag),
                anchor: text(scalar.anchor)
            )
        case YAML_SEQUENCE_START_EVENT: return .sequenceStart(anchor: text(event.data.sequence_start.anchor))
        case YAML_SEQUENCE_END_EVENT: return .sequenceEnd
        case YAML_MAPPING_START_EVENT: return .mappingStart(anchor: text(event.data.mapping_start.anchor))
        case YAML_MAPPING_END_EVENT: return .mappingEnd
        default: return .other
        }
    }

    func nextDocument() throws(YAMLDefect) -> JSON? {
        while true {
            switch try next() {
            case .streamEnd: return nil
            case .documentStart:
                anchors = [:]
                return try node(try next(), depth: 0).value
            default: continue
            }
        }
    }

    private func node(_ event: Event, depth: Int) throws(YAMLDefect) -> (value: JSON, nodes: Int) {
        guard depth < YAMLLimits.depthMax else {
            throw YAMLDefect(line: line, what: "nested deeper than \(YAMLLimits.depthMax) levels")
        }
        switch event {
        case .alias(let name):
            guard let target = anchors[name] else { throw YAMLDefect(line: line, what: "unknown alias \(name)") }
            aliasedNodes += target.nodes
            guard aliasedNodes <= YAMLLimits.aliasedNodesMax else {
                throw YAMLDefect(line: line, what: "aliases unfold to more than \(YAMLLimits.aliasedNodesMax) nodes")
            }
            return target
        case .scalar(let text, let plain, let tag, let anchor):
            let isText = !plain || tag == "tag:yaml.org,2002:str"
            if !isText, YAMLScalar.isNoNumber(text) {
                throw YAMLDefect(line: line, what: "JSON has no number \(text)")
            }
            return remember((isText ? .string(text) : YAMLScalar.resolve(text), 1), anchor)
        case .sequenceStart(let anchor): return remember(try sequence(depth), anchor)
        case .mappingStart(let anchor): return remember(try mapping(depth), anchor)
        default: throw YAMLDefect(line: line, what: "a value is expected")
        }
    }

    private func remember(_ node: (value: JSON, nodes: Int), _ anchor: String?) -> (value: JSON, nodes: Int) {
        if let anchor { anchors[anchor] = node }
        return node
    }

    private func sequence(_ depth: Int) throws(YAMLDefect) -> (value: JSON, nodes: Int) {
        var elements: [JSON] = []
        var nodes = 1
        while true {
            let event = try next()
            if case .sequenceEnd = event { return (.array(elements), nodes) }
            let element = try node(event, depth: depth + 1)
            elements.append(element.value)
            nodes += element.nodes
        }
    }

    private func mapping(_ depth: Int) throws(YAMLDefect) -> (value: JSON, nodes: Int) {
        var members: [String: JSON] = [:]
        var merged: [String: JSON] = [:]
        var nodes = 1
        while true {
            let event = try next()
            if case .mappingEnd = event {
                return (.object(members.merging(merged) { own, _ in own }), nodes)
            }
            guard case .scalar(let text, let plain, _, _) = event else {
                throw YAMLDefect(line: line, what: "a mapping's key must be a scalar")
            }
            // JSON names members by text: a key that means true is called so.
            let name = plain ? YAMLScalar.resolve(text).bool.map { $0 ? "true" : "false" } ?? text : text
            let line = line
            let value = try node(try next(), depth: depth + 1)
            nodes += value.nodes
            if name == "<<", plain {
                for source in value.value.array ?? [value.value] {
                    merged.merge(source.object ?? [:]) { first, _ in first }
                }
            } else if members.updateValue(value.value, forKey: name) != nil {
                throw YAMLDefect(line: line, what: "key \"\(name)\" already set in map")
            }
        }
    }
}

/// What a plain scalar means.
private enum YAMLScalar {
    static func resolve(_ text: String) -> JSON {
        switch text {
        case "", "~", "null", "Null", "NULL": return .null
        case "true", "True", "TRUE", "y", "Y", "yes", "Yes", "YES", "on", "On", "ON": return .bool(true)
        case "false", "False", "FALSE", "n", "N", "no", "No", "NO", "off", "Off", "OFF": return .bool(false)
        default: return number(text) ?? .string(text)
        }
    }

    /// Whether this is infinity or not a number, which JSON cannot say.
    static func isNoNumber(_ text: String) -> Bool {
        [".inf", ".Inf", ".INF", "+.inf", "+.Inf", "+.INF", "-.inf", "-.Inf", "-.INF", ".nan", ".NaN", ".NAN"]
            .contains(text)
    }

    /// Decimal, hexadecimal, octal and binary integers, and decimal fractions; nil where the text is a word.
    private static func number(_ text: String) -> JSON? {
        guard let first = text.utf8.first, first < 0x3A else { return nil }
        let negative = first == UInt8(ascii: "-")
        let unsigned = negative || first == UInt8(ascii: "+") ? String(text.dropFirst()) : text
        guard let lead = unsigned.utf8.first else { return nil }
        for (prefix, radix) in [("0x", 16), ("0o", 8), ("0b", 2)] where unsigned.hasPrefix(prefix) {
            return Int64(unsigned.dropFirst(2), radix: radix).map { .int(negative ? -$0 : $0) }
        }
        let isDigits = unsigned.utf8.allSatisfy { (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0) }
        if isDigits, lead == UInt8(ascii: "0"), unsigned.utf8.count > 1 {
            return Int64(unsigned, radix: 8).map { .int(negative ? -$0 : $0) } ?? .double(Double(text) ?? 0)
        }
        if isDigits { return Int64(text).map { .int($0) } ?? Double(text).map { .double($0) } }
        let isFraction = unsigned.utf8.allSatisfy {
            (UInt8(ascii: "0")...UInt8(ascii: "9")).contains($0)
                || [UInt8(ascii: "."), UInt8(ascii: "e"), UInt8(ascii: "E"), UInt8(ascii: "+"), UInt8(ascii: "-")]
                    .contains($0)
        }
        guard isFraction, let value = Double(lead == UInt8(ascii: ".") ? "0" + unsigned : unsigned) else { return nil }
        // Kubernetes writes fractions without a rest as whole numbers.
        return Int64(exactly: negative ? -value : value).map { .int($0) } ?? .double(negative ? -value : value)
    }
}
