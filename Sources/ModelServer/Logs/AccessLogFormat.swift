import Base
import Net
import Sklearn

/// The form of an access log's lines, as Python's asgi-logger takes it: text with places like `%(client_addr)s`.
struct AccessLogFormat: Sendable {
    /// A part of a line.
    enum Part: Equatable, Sendable {
        case text(String)
        case clientAddress, clientHost
        case requestLine, method, path, query, protocolName
        case status
        case seconds, milliseconds, microseconds
        case field(String)
        /// What nobody knows: a dash.
        case unknown
    }

    let parts: [Part]

    /// Reads a form; what is no place is text.
    init(_ format: String) {
        var parts: [Part] = []
        var rest = format[...]
        while let mark = rest.firstRange(of: "%(") {
            guard let close = rest[mark.upperBound...].firstIndex(of: ")") else { break }
            if rest.startIndex < mark.lowerBound { parts.append(.text(String(rest[..<mark.lowerBound]))) }
            parts.append(AccessLogFormat.part(String(rest[mark.upperBound..<close])))
            rest = rest[rest.index(after: close)...]
            // The letter that says how Python spells the value.
            if let letter = rest.first, letter.isLetter { rest.removeFirst() }
        }
        if !rest.isEmpty { parts.append(.text(String(rest))) }
        self.parts = parts
    }

    private static func part(_ name: String) -> Part {
        switch name {
        case "client_addr": .clientAddress
        case "h": .clientHost
        case "request_line", "r", "R": .requestLine
        case "method", "m": .method
        case "full_path", "path", "U": .path
        case "q": .query
        case "http_version", "H": .protocolName
        case "status_code", "s", "st": .status
        case "L", "request_time": .seconds
        case "M": .milliseconds
        case "D": .microseconds
        case "a": .field("user-agent")
        case "f": .field("referer")
        case let name where name.hasPrefix("{") && name.hasSuffix("}i"):
            .field(name.dropFirst().dropLast(2).lowercased())
        default: .unknown
        }
    }

    /// Appends the line of a request that was answered with `status` after `nanoseconds`.
    func write(_ exchange: HTTPExchange, status: Int, nanoseconds: Int64, into line: inout OutBuffer) {
        for part in parts { write(part, exchange, status, nanoseconds, &line) }
        line.append("\n")
    }

    private func write(
        _ part: Part,
        _ exchange: HTTPExchange,
        _ status: Int,
        _ nanoseconds: Int64,
        _ line: inout OutBuffer
    ) {
        switch part {
        case .text(let text): line.append(text)
        case .clientAddress: line.append(exchange.remoteAddress.description)
        case .clientHost: line.append(exchange.remoteAddress.host)
        case .requestLine:
            AccessLogFormat.append(exchange.methodBytes, to: &line)
            line.append(" ")
            AccessLogFormat.append(exchange.targetBytes, to: &line)
            line.append(exchange.version == .http2 ? " HTTP/2" : " HTTP/1.1")
        case .method: AccessLogFormat.append(exchange.methodBytes, to: &line)
        case .path: AccessLogFormat.append(exchange.pathBytes, to: &line)
        case .query: AccessLogFormat.append(exchange.queryBytes, to: &line)
        case .protocolName: line.append(exchange.version == .http2 ? "HTTP/2" : "HTTP/1.1")
        case .status: line.append(decimal: status)
        case .seconds: line.append((Double(nanoseconds) / 1e9).description)
        case .milliseconds: line.append(decimal: Int(nanoseconds / 1_000_000))
        case .microseconds: line.append(decimal: Int(nanoseconds / 1000))
        case .field(let name):
            if let value = exchange.header(lowercased: name) {
                AccessLogFormat.append(value, to: &line)
            } else {
                line.append("-")
            }
        case .unknown: line.append("-")
        }
    }

    /// Appends what a client sent; controls, with which it could forge lines, as `\x1b`.
    private static func append(_ bytes: UnsafeRawBufferPointer, to line: inout OutBuffer) {
        guard bytes.contains(where: { $0 < 0x20 || $0 == 0x7F }) else { return line.append(bytes) }
        for byte in bytes {
            if byte >= 0x20, byte != 0x7F {
                line.append(byte)
            } else {
                line.append(byte < 0x10 ? "\\x0" : "\\x")
                line.append(String(byte, radix: 16))
            }
        }
    }
}
