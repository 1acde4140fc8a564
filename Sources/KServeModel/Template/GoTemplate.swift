package import Base

/// Why a template cannot be read or rendered.
package struct TemplateDefect: Error, Equatable, CustomStringConvertible {
    /// What is wrong, with the piece of the template that it is about.
    package let what: String

    package init(what: String) { self.what = what }

    package var description: String { "template: \(what)" }
}

/// A text with `{{ }}` actions as Go's text/template reads them: the part of that language that KServe's templates use.
///
/// Actions: fields, variables, `if`, `with`, `range`, pipelines, parentheses, comments, trim markers, and the functions of
/// `TemplateFunction`. Definitions of further templates are not read.
package struct GoTemplate: Equatable, Sendable {
    let nodes: [Node]

    /// Bounds of what a template may cost.
    package enum Limits {
        /// Bytes of a template.
        package static let textMax = 1 << 20
        /// How deep blocks and parentheses may be nested.
        package static let depthMax = 64
        /// How many pieces a rendering may go through, every round of a range counted.
        package static let stepsMax = 100_000
        /// Bytes of a rendered text.
        package static let outputMax = 4 << 20
    }

    /// One piece of a template.
    indirect enum Node: Equatable, Sendable {
        case text(String)
        case print(Pipeline)
        case assign(String, Pipeline)
        case when(Pipeline, then: [Node], otherwise: [Node])
        case with(Pipeline, then: [Node], otherwise: [Node])
        case each(key: String?, value: String?, Pipeline, body: [Node], otherwise: [Node])
    }

    /// Commands joined by `|`: each gets the result of the one before as its last argument.
    struct Pipeline: Equatable, Sendable {
        var commands: [[Operand]]
    }

    /// One word of a command.
    indirect enum Operand: Equatable, Sendable {
        case value(JSON)
        /// `.a.b`; the dot alone is an empty path.
        case field([String])
        /// `$x.a`; `$` alone is the data that the template was given.
        case variable(String, [String])
        case function(TemplateFunction)
        case group(Pipeline)
    }

    /// Reads a template.
    package init(_ text: String) throws(TemplateDefect) {
        guard text.utf8.count <= Limits.textMax else {
            throw TemplateDefect(what: "longer than \(Limits.textMax) bytes")
        }
        var parser = TemplateParser(try TemplateLexer.tokens(of: text))
        nodes = try parser.parse()
    }

    /// Renders the template over `data`, an object whose own members must exist; members of objects inside need not.
    package func render(_ data: JSON) throws(TemplateDefect) -> String {
        var renderer = TemplateRenderer(root: data)
        try renderer.render(nodes, dot: data)
        return renderer.output
    }
}
