/// Fields behind an answer's body (RFC 9110 section 6.5): gRPC says there how a call went.
package struct HTTPTrailers: Sendable {
    /// A field in the program's own words, which costs no memory.
    let fixed: (name: StaticString, value: StaticString)?
    /// All others.
    package let fields: HTTPHeaders

    package static let none = HTTPTrailers([:])

    /// One field in the program's own words; allocates nothing.
    package init(_ name: StaticString, _ value: StaticString) {
        fixed = (name, value)
        fields = [:]
    }

    package init(_ fields: HTTPHeaders) {
        fixed = nil
        self.fields = fields
    }

    package var isEmpty: Bool { fixed == nil && fields.isEmpty }

    /// Appends a field line for each.
    func append(to out: inout OutBuffer) {
        if let fixed {
            out.append(fixed.name)
            out.append(": ")
            out.append(fixed.value)
            out.append("\r\n")
        }
        for (name, value) in fields where !HTTPFraming.isFraming(name) { out.appendField(name, value) }
    }
}
