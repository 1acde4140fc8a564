package import Net

/// How a rule changes the path of its requests.
package enum PathChange: Equatable, Sendable {
    /// All of it becomes this.
    case full(String)
    /// The prefix that the rule matched becomes this.
    case prefix(String)

    /// Appends what `path` becomes, of which the rule matched the first `matched` bytes.
    ///
    /// One slash stands between the new prefix and the rest: `/foo` as `/bar/` makes `/foo/x` to `/bar/x`.
    package func write(_ path: UnsafeRawBufferPointer, matched: Int, to out: inout OutBuffer) {
        switch self {
        case .full(let text): out.append(text)
        case .prefix(let text):
            let rest = UnsafeRawBufferPointer(rebasing: path[min(matched, path.count)...])
            guard let first = rest.first else { return out.append(text.isEmpty ? "/" : text) }
            out.append(text.hasSuffix("/") ? String(text.dropLast()) : text)
            if first != UInt8(ascii: "/") { out.append("/") }
            out.append(rest)
        }
    }
}

/// A URLRewrite: what the backend is asked for instead.
package struct URLRewrite: Equatable, Sendable {
    /// The host that the backend sees; nil leaves the client's.
    package var hostname: String?
    /// Nil leaves the path.
    package var path: PathChange?

    package init(hostname: String? = nil, path: PathChange? = nil) {
        self.hostname = hostname
        self.path = path
    }
}
