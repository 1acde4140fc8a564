import Base

/// Builds the tree of a template from its tokens.
struct TemplateParser {
    typealias Word = TemplateLexer.Word

    private let tokens: [TemplateLexer.Token]
    private var next = 0

    init(_ tokens: [TemplateLexer.Token]) { self.tokens = tokens }

    /// Reads the whole template.
    mutating func parse() throws(TemplateDefect) -> [GoTemplate.Node] {
        let (nodes, end) = try block(depth: 0)
        if let end { throw TemplateDefect(what: "unexpected {{\(end.keyword)}}") }
        return nodes
    }

    /// What ended a block: `end`, or `else` with what follows it.
    private struct BlockEnd {
        let keyword: String
        let rest: [Word]
    }

    private mutating func block(depth: Int) throws(TemplateDefect) -> ([GoTemplate.Node], BlockEnd?) {
        guard depth < GoTemplate.Limits.depthMax else { throw TemplateDefect(what: "blocks are nested too deep") }
        var nodes: [GoTemplate.Node] = []
        while next < tokens.count {
            let token = tokens[next]
            next += 1
            switch token {
            case .text(let text): nodes.append(.text(text))
            case .action(let words):
                if case .name(let keyword) = words[0], keyword == "end" || keyword == "else" {
                    return (nodes, BlockEnd(keyword: keyword, rest: Array(words.dropFirst().drop { $0 == .space })))
                }
                nodes.append(try action(words, depth: depth))
            }
        }
        return (nodes, nil)
    }

    private mutating func action(_ words: [Word], depth: Int) throws(TemplateDefect) -> GoTemplate.Node {
        if case .name(let keyword) = words[0] {
            let rest = Array(words.dropFirst().drop { $0 == .space })
            switch keyword {
            case "if":
                let condition = try Self.pipeline(rest)
                let (then, otherwise) = try branches(depth: depth)
                return .when(condition, then: then, otherwise: otherwise)
            case "with":
                let value = try Self.pipeline(rest)
                let (then, otherwise) = try branches(depth: depth)
                return .with(value, then: then, otherwise: otherwise)
            case "range":
                let (names, list) = try Self.declaration(rest)
                let pipeline = try Self.pipeline(list)
                let (body, otherwise) = try branches(depth: depth)
                let key = names.count == 2 ? names[0] : nil
                return .each(key: key, value: names.last, pipeline, body: body, otherwise: otherwise)
            default: break
            }
        }
        let (names, rest) = try Self.declaration(words)
        if let name = names.first { return .assign(name, try Self.pipeline(rest)) }
        return .print(try Self.pipeline(words))
    }

    /// The two branches of a block, up to its `end`; `else if` is a block inside the second one.
    private mutating func branches(
        depth: Int
    ) throws(TemplateDefect) -> (then: [GoTemplate.Node], otherwise: [GoTemplate.Node]) {
        let (then, end) = try block(depth: depth + 1)
        guard let end else { throw TemplateDefect(what: "unexpected end of template, {{end}} is missing") }
        if end.keyword == "end" { return (then, []) }
        if !end.rest.isEmpty { return (then, [try action(end.rest, depth: depth + 1)]) }
        let (otherwise, last) = try block(depth: depth + 1)
        guard last?.keyword == "end" else { throw TemplateDefect(what: "expected {{end}} after {{else}}") }
        return (then, otherwise)
    }

    /// `$a, $b := rest`, or no names and all of it.
    private static func declaration(_ words: [Word]) throws(TemplateDefect) -> (names: [String], rest: [Word]) {
        guard let declare = words.firstIndex(of: .declare) else { return ([], words) }
        var names: [String] = []
        for word in words[..<declare] {
            switch word {
            case .variable(let name): names.append(name)
            case .space, .symbol(","): continue
            default: throw TemplateDefect(what: "unexpected word before :=")
            }
        }
        guard (1...2).contains(names.count) else { throw TemplateDefect(what: "too many variables before :=") }
        return (names, Array(words[(declare + 1)...].drop { $0 == .space }))
    }
}

extension TemplateParser {
    private static func pipeline(_ words: [Word]) throws(TemplateDefect) -> GoTemplate.Pipeline {
        var rest = words[...]
        let pipeline = try pipeline(&rest, depth: 0)
        guard rest.isEmpty else { throw TemplateDefect(what: "unexpected right paren") }
        return pipeline
    }

    private static func pipeline(
        _ rest: inout ArraySlice<Word>,
        depth: Int
    ) throws(TemplateDefect) -> GoTemplate.Pipeline {
        guard depth < GoTemplate.Limits.depthMax else { throw TemplateDefect(what: "parentheses are nested too deep") }
        var commands: [[GoTemplate.Operand]] = [[]]
        loop: while let word = rest.first {
            switch word {
            case .symbol(")"): break loop
            case .symbol("|"):
                rest = rest.dropFirst()
                commands.append([])
            case .space: rest = rest.dropFirst()
            default: commands[commands.count - 1].append(try operand(&rest, depth: depth))
            }
        }
        guard commands.allSatisfy({ !$0.isEmpty }) else { throw TemplateDefect(what: "missing value for command") }
        return GoTemplate.Pipeline(commands: commands)
    }

    private static func operand(
        _ rest: inout ArraySlice<Word>,
        depth: Int
    ) throws(TemplateDefect) -> GoTemplate.Operand {
        let word = rest.removeFirst()
        switch word {
        case .value(let value): return .value(value)
        case .field(let name): return .field((name.isEmpty ? [] : [name]) + path(&rest))
        case .variable(let name): return .variable(name, path(&rest))
        case .name("true"): return .value(true)
        case .name("false"): return .value(false)
        case .name("nil"): return .value(.null)
        case .name(let name):
            guard let function = TemplateFunction(rawValue: name) else {
                throw TemplateDefect(what: "function \"\(name)\" not defined")
            }
            return .function(function)
        case .symbol("("):
            let group = try pipeline(&rest, depth: depth + 1)
            guard rest.first == .symbol(")") else { throw TemplateDefect(what: "unclosed left paren") }
            rest = rest.dropFirst()
            return .group(group)
        case .symbol, .declare, .space: throw TemplateDefect(what: "unexpected word in operand")
        }
    }

    private static func path(_ rest: inout ArraySlice<Word>) -> [String] {
        var names: [String] = []
        while case .field(let name)? = rest.first, !name.isEmpty {
            names.append(name)
            rest = rest.dropFirst()
        }
        return names
    }
}
