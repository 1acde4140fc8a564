import Net

/// A RequestRedirect: where clients are sent, said by what differs from where they are.
package struct RouteRedirect: Equatable, Sendable {
    package var scheme: String?
    package var hostname: String?
    package var port: Int?
    package var path: PathChange?
    package var status: Int

    package init(
        scheme: String? = nil,
        hostname: String? = nil,
        port: Int? = nil,
        path: PathChange? = nil,
        status: Int = 302
    ) {
        self.scheme = scheme
        self.hostname = hostname
        self.port = port
        self.path = path
        self.status = status
    }

    /// What a request asked for, as far as the new place depends on it.
    package struct Place {
        package let scheme: StaticString
        /// Host with its port where the client named one.
        package let authority: UnsafeRawBufferPointer
        package let path: UnsafeRawBufferPointer
        package let query: UnsafeRawBufferPointer
        /// Bytes of the path that the rule matched as a prefix.
        package let matched: Int

        package init(
            scheme: StaticString,
            authority: UnsafeRawBufferPointer,
            path: UnsafeRawBufferPointer,
            query: UnsafeRawBufferPointer,
            matched: Int
        ) {
            self.scheme = scheme
            self.authority = authority
            self.path = path
            self.query = query
            self.matched = matched
        }
    }

    /// The value of `location`. A new scheme means its own port, unless another is named; the query stays.
    package func location(from place: Place) -> String {
        let authority = String(decoding: place.authority, as: UTF8.self)
        let parts = authority.split(separator: ":", maxSplits: 1)
        let scheme = self.scheme ?? place.scheme.description
        let port = self.port ?? (self.scheme == nil ? parts.dropFirst().first.flatMap { Int($0) } : nil)
        var out = OutBuffer()
        out.append("\(scheme)://\(hostname ?? parts.first.map(String.init) ?? "")")
        if let port, port != (scheme == "https" ? 443 : 80) { out.append(":\(port)") }
        if let path { path.write(place.path, matched: place.matched, to: &out) } else { out.append(place.path) }
        if place.query.count > 0 {
            out.append("?")
            out.append(place.query)
        }
        return String(decoding: out.bytes, as: UTF8.self)
    }
}
