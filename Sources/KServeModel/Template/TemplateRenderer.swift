import Base

/// Walks a template's tree and writes its text.
struct TemplateRenderer {
    private(set) var output = ""
    private let root: JSON
    private var variables: [String: JSON] = [:]
    private var steps = 0

    init(root: JSON) { self.root = root }

    mutating func render(_ nodes: [GoTemplate.Node], dot: JSON) throws(TemplateDefect) {
        for node in nodes {
            steps += 1
            guard steps <= GoTemplate.Limits.stepsMax else {
                throw TemplateDefect(what: "takes more than \(GoTemplate.Limits.stepsMax) steps")
            }
            try render(node, dot: dot)
            guard output.utf8.count <= GoTemplate.Limits.outputMax else {
                throw TemplateDefect(what: "text longer than \(GoTemplate.Limits.outputMax) bytes")
            }
        }
    }

    private mutating func render(_ node: GoTemplate.Node, dot: JSON) throws(TemplateDefect) {
        switch node {
        case .text(let text): output += text
        case .print(let pipeline): output += TemplateFunction.text(try value(of: pipeline, dot: dot))
        case .assign(let name, let pipeline): variables[name] = try value(of: pipeline, dot: dot)
        case .when(let pipeline, let then, let otherwise):
            let condition = TemplateFunction.isTrue(try value(of: pipeline, dot: dot))
            try render(condition ? then : otherwise, dot: dot)
        case .with(let pipeline, let then, let otherwise):
            let value = try value(of: pipeline, dot: dot)
            let isTrue = TemplateFunction.isTrue(value)
            try render(isTrue ? then : otherwise, dot: isTrue ? value : dot)
        case .each(let key, let name, let pipeline, let body, let otherwise):
            let entries = try Self.entries(of: try value(of: pipeline, dot: dot))
            if entries.isEmpty { try render(otherwise, dot: dot) }
            for (entryKey, value) in entries {
                steps += 1
                if let key { variables[key] = entryKey }
                if let name { variables[name] = value }
                try render(body, dot: value)
            }
        }
    }

    /// The keys and values that a range goes through, maps in the order of their keys.
    private static func entries(of value: JSON) throws(TemplateDefect) -> [(JSON, JSON)] {
        switch value {
        case .null: []
        case .array(let elements): elements.enumerated().map { (.int(Int64($0.offset)), $0.element) }
        case .object(let members): members.sorted { $0.key < $1.key }.map { (.string($0.key), $0.value) }
        default: throw TemplateDefect(what: "range can't iterate over \(TemplateFunction.text(value))")
        }
    }

    private func value(of pipeline: GoTemplate.Pipeline, dot: JSON) throws(TemplateDefect) -> JSON {
        var piped: JSON?
        for command in pipeline.commands {
            piped = try value(of: command, piped: piped, dot: dot)
        }
        return piped ?? .null
    }

    private func value(of command: [GoTemplate.Operand], piped: JSON?, dot: JSON) throws(TemplateDefect) -> JSON {
        guard case .function(let function)? = command.first else {
            guard command.count == 1, piped == nil, let operand = command.first else {
                throw TemplateDefect(what: "can't give argument to non-function")
            }
            return try value(of: operand, dot: dot)
        }
        var arguments: [JSON] = []
        for operand in command.dropFirst() { arguments.append(try value(of: operand, dot: dot)) }
        if let piped { arguments.append(piped) }
        return try function.call(arguments)
    }

    private func value(of operand: GoTemplate.Operand, dot: JSON) throws(TemplateDefect) -> JSON {
        switch operand {
        case .value(let value): return value
        case .field(let path): return try member(path, of: dot)
        case .variable("", let path): return try member(path, of: root)
        case .variable(let name, let path):
            guard let value = variables[name] else { throw TemplateDefect(what: "undefined variable \"$\(name)\"") }
            return try member(path, of: value)
        case .function(let function): return try function.call([])
        case .group(let pipeline): return try value(of: pipeline, dot: dot)
        }
    }

    /// The data itself is a struct: its fields must exist. What lies inside are maps: a missing key has no value.
    private func member(_ path: [String], of start: JSON) throws(TemplateDefect) -> JSON {
        var value = start
        for (index, name) in path.enumerated() {
            guard let members = value.object else {
                throw TemplateDefect(what: "can't evaluate field \(name) in \(TemplateFunction.text(value))")
            }
            if members[name] == nil, index == 0, start == root {
                throw TemplateDefect(what: "can't evaluate field \(name) in the template's data")
            }
            value = members[name] ?? .null
        }
        return value
    }
}
