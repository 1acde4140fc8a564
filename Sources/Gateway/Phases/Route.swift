import Base
import Net

/// The phase Route: which target a request's head leads to.
enum Route {
    /// A DNS name is not longer.
    private static let hostMax = 255

    /// The way to a target, or nil where no route fits.
    static func find(_ exchange: HTTPExchange, in table: TrafficTable) -> TrafficTable.Way? {
        if let target = table.target(at: exchange.localAddress) { return TrafficTable.Way(target: target) }
        let authority = exchange.authorityBytes
        guard authority.count <= hostMax else { return nil }
        return withUnsafeTemporaryAllocation(byteCount: max(1, authority.count), alignment: 1) { buffer in
            let host = normalize(authority, into: buffer)
            return table.way(host: host, isSecure: exchange.isSecure) { $0.fits(exchange) }
        }
    }

    /// The host in small letters, without its port and without a dot at its end.
    private static func normalize(
        _ authority: UnsafeRawBufferPointer,
        into buffer: UnsafeMutableRawBufferPointer
    ) -> UnsafeRawBufferPointer {
        var count = 0
        for byte in authority {
            if byte == UInt8(ascii: ":") { break }
            buffer[count] = (0x41...0x5A).contains(byte) ? byte | 0x20 : byte
            count += 1
        }
        if count > 0, buffer[count - 1] == UInt8(ascii: ".") { count -= 1 }
        return UnsafeRawBufferPointer(rebasing: buffer[..<count])
    }
}

extension RouteMatch {
    /// Whether a request is as this match wants it.
    func fits(_ exchange: HTTPExchange) -> Bool {
        guard path.fits(exchange.pathBytes) else { return false }
        if let method, !exchange.methodBytes.elementsEqual(method.utf8) { return false }
        for header in headers {
            guard let value = exchange.header(lowercased: header.name), header.fits(value) else { return false }
        }
        return query.isEmpty || fitsQuery(exchange.queryBytes)
    }

    private func fitsQuery(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let pairs = PercentCoding.query(bytes) else { return false }
        return query.allSatisfy { wanted in
            guard let pair = pairs.first(where: { $0.name == wanted.name }) else { return false }
            return Array(pair.value.utf8).withUnsafeBytes(wanted.fits)
        }
    }
}

extension PathMatch {
    fileprivate func fits(_ path: UnsafeRawBufferPointer) -> Bool {
        switch self {
        case .any: true
        case .exact(let wanted): path.elementsEqual(wanted.utf8)
        case .prefix(let prefix):
            path.starts(with: prefix.utf8)
                && (path.count == prefix.utf8.count || path[prefix.utf8.count] == UInt8(ascii: "/"))
        case .expression(let expression): expression.matches(path)
        }
    }
}

extension ValueMatch {
    fileprivate func fits(_ bytes: UnsafeRawBufferPointer) -> Bool {
        switch value {
        case .exact(let wanted): bytes.elementsEqual(wanted.utf8)
        case .expression(let expression): expression.matches(bytes)
        }
    }
}

extension StickyKey {
    /// The value that the request carries, if it does.
    func value(of exchange: HTTPExchange) -> UnsafeRawBufferPointer? {
        switch self {
        case .header(let name): exchange.header(lowercased: name)
        case .cookie(let name): exchange.header("cookie").flatMap { StickyKey.value(ofCookie: name, in: $0) }
        }
    }
}
