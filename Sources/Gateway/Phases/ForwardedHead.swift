import Net
import Telemetry

/// Writes heads that pass through the gateway: fields of the one connection are left out, and what the gateway knows of
/// the client is put in.
enum ForwardedHead {
    /// Request line and fields for the endpoint, without framing and the empty line; fields that carry traces are left out
    /// where somebody else writes them.
    static func writeRequest(
        _ exchange: HTTPExchange,
        _ target: Target,
        _ backend: Target.Backend?,
        matched: Int,
        _ version: HTTPVersion,
        leavingOut propagators: Propagators,
        to out: inout OutBuffer
    ) {
        let own = backend?.requestHeaders ?? .none
        out.append(exchange.methodBytes)
        out.append(" ")
        if let change = target.rewrite.path {
            change.write(exchange.pathBytes, matched: matched, to: &out)
        } else {
            out.append(exchange.pathBytes)
        }
        if exchange.queryBytes.count > 0 {
            out.append("?")
            out.append(exchange.queryBytes)
        }
        out.append(" HTTP/1.1\r\n")
        let ofConnection = ConnectionFields(exchange.header("connection"))
        let isUpgrade = exchange.wantsUpgrade
        if !target.requestHeaders.drops(host) {
            out.append("host: ")
            if let hostname = target.rewrite.hostname {
                out.append(hostname)
            } else {
                out.append(exchange.authorityBytes)
            }
            out.append("\r\n")
        }
        let joinsCookies = exchange.version == .http2 && version == .http1
        exchange.forEachHeader { name, value in
            if ofConnection.contains(name) || isOfGateway(name) || propagators.replaces(name)
                || target.requestHeaders.drops(name)
                || own.drops(name) || (joinsCookies && name.equalsIgnoringCase("cookie"))
                || RequestMark.replaces(name, of: target)
            {
                return
            }
            out.appendField(name, value)
        }
        if joinsCookies, !target.requestHeaders.drops(cookie), !own.drops(cookie) {
            writeCookies(exchange, to: &out)
        }
        // The only word of this field that HTTP/2 knows (RFC 9113 section 8.2.2); servers of gRPC ask for it.
        if version == .http2, exchange.header("te")?.equalsIgnoringCase("trailers") == true {
            out.append("te: trailers\r\n")
        }
        writeForwarded(exchange, to: &out)
        if isUpgrade, let upgrade = exchange.header("upgrade") {
            out.append("connection: Upgrade\r\nupgrade: ")
            out.append(upgrade)
            out.append("\r\n")
        }
        target.requestHeaders.lines.withUnsafeBytes { out.append($0) }
        own.lines.withUnsafeBytes { out.append($0) }
    }

    /// Fields for the client, without framing and the empty line.
    static func writeAnswer(
        _ answer: AnswerHead,
        _ target: Target,
        _ backend: Target.Backend,
        to out: inout OutBuffer
    ) {
        let ofConnection = ConnectionFields(answer.header("connection"))
        answer.forEachHeader { name, value in
            // The server writes a date of its own.
            if ofConnection.contains(name) || name.equalsIgnoringCase("date") || target.responseHeaders.drops(name)
                || backend.responseHeaders.drops(name) || (target.cors != nil && isOfOrigins(name))
                || RequestMark.replaces(name, of: target)
            {
                return
            }
            out.appendField(name, value)
        }
        target.responseHeaders.lines.withUnsafeBytes { out.append($0) }
        backend.responseHeaders.lines.withUnsafeBytes { out.append($0) }
    }

    /// HTTP/2 may send one cookie a field; HTTP/1.1 has them in one (RFC 9113 section 8.2.3).
    private static func writeCookies(_ exchange: HTTPExchange, to out: inout OutBuffer) {
        var hasOne = false
        exchange.forEachHeader { name, value in
            guard name.equalsIgnoringCase("cookie") else { return }
            if hasOne { out.append("; ") } else { out.append("cookie: ") }
            hasOne = true
            out.append(value)
        }
        if hasOne { out.append("\r\n") }
    }

    private static func writeForwarded(_ exchange: HTTPExchange, to out: inout OutBuffer) {
        out.append("x-forwarded-for: ")
        if let before = exchange.header("x-forwarded-for"), before.count > 0 {
            out.append(before)
            out.append(", ")
        }
        let ip = exchange.remoteAddress.ip
        for shift in [24, 16, 8, 0] as [UInt32] {
            out.append(decimal: Int(ip >> shift & 255))
            if shift > 0 { out.append(".") }
        }
        out.append(exchange.isSecure ? "\r\nx-forwarded-proto: https\r\n" : "\r\nx-forwarded-proto: http\r\n")
        out.append("x-forwarded-host: ")
        out.append(exchange.authorityBytes)
        out.append("\r\n")
    }

    /// Whether the field tells browsers who may read the answer.
    private static func isOfOrigins(_ name: UnsafeRawBufferPointer) -> Bool {
        name.count > 21 && UnsafeRawBufferPointer(rebasing: name.prefix(21)).equalsIgnoringCase("access-control-allow-")
            || name.equalsIgnoringCase("access-control-expose-headers")
    }

    /// Whether the gateway writes the field itself.
    private static func isOfGateway(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 4: name.equalsIgnoringCase("host")
        case 6: name.equalsIgnoringCase("expect")
        case 15: name.equalsIgnoringCase("x-forwarded-for")
        case 16: name.equalsIgnoringCase("x-forwarded-host")
        case 17: name.equalsIgnoringCase("x-forwarded-proto")
        default: false
        }
    }

    private static var host: UnsafeRawBufferPointer { bytes("host") }
    private static var cookie: UnsafeRawBufferPointer { bytes("cookie") }

    private static func bytes(_ text: StaticString) -> UnsafeRawBufferPointer {
        UnsafeRawBufferPointer(start: text.utf8Start, count: text.utf8CodeUnitCount)
    }
}
