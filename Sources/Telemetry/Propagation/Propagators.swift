import Base
package import Net

/// Which fields carry traces from part to part, as OTEL_PROPAGATORS lists them.
package struct Propagators: OptionSet, Sendable {
    package let rawValue: UInt8

    package init(rawValue: UInt8) { self.rawValue = rawValue }

    /// `traceparent` and `tracestate`.
    package static let w3c = Propagators(rawValue: 1)
    /// `baggage`.
    package static let baggage = Propagators(rawValue: 2)
    /// `b3`.
    package static let b3 = Propagators(rawValue: 4)
    /// `x-b3-traceid` and its siblings.
    package static let b3Multi = Propagators(rawValue: 8)

    /// What is used where nobody says otherwise.
    package static let usual: Propagators = [.w3c, .baggage]
    /// The longest baggage that is passed on (W3C Baggage, section 3.3.2).
    private static let baggageBytesMax = 8192
}

// MARK: - in

extension Propagators {
    /// The span that a request was sent from; nil where it says nothing, or nothing that can be believed.
    ///
    /// W3C's fields are believed before Zipkin's.
    package func read(_ exchange: HTTPExchange) -> RemoteSpan? {
        if contains(.w3c), let remote = Propagators.w3cSpan(exchange) { return remote }
        if contains(.b3), let remote = exchange.header("b3").flatMap({ B3.parse($0) }) { return remote }
        guard contains(.b3Multi) else { return nil }
        return B3.parse(
            B3.Fields(
                traceID: exchange.header("x-b3-traceid"),
                spanID: exchange.header("x-b3-spanid"),
                sampled: exchange.header("x-b3-sampled"),
                flags: exchange.header("x-b3-flags")
            )
        )
    }

    private static func w3cSpan(_ exchange: HTTPExchange) -> RemoteSpan? {
        guard let field = exchange.header("traceparent"), let remote = TraceParent.parse(field) else { return nil }
        var count = 0
        exchange.forEachHeader { name, _ in if name.equalsIgnoringCase("traceparent") { count += 1 } }
        // Nobody knows which of several is meant (section 3.2.1 has one).
        return count == 1 ? remote : nil
    }
}

// MARK: - out

extension Propagators {
    /// Whether a field of an incoming request does not go out again as it came: this writes its own in its stead, or it
    /// belongs to a trace that was not gone on with.
    package func replaces(_ name: UnsafeRawBufferPointer) -> Bool {
        switch name.count {
        case 2: contains(.b3) && name.equalsIgnoringCase("b3")
        case 10: contains(.w3c) && name.equalsIgnoringCase("tracestate") || isB3("x-b3-flags", name)
        case 11: contains(.w3c) && name.equalsIgnoringCase("traceparent") || isB3("x-b3-spanid", name)
        case 12: isB3("x-b3-traceid", name) || isB3("x-b3-sampled", name)
        case 17: isB3("x-b3-parentspanid", name)
        default: false
        }
    }

    /// Whether a field is one of those that `headers` writes.
    package func isOwn(_ name: UnsafeRawBufferPointer) -> Bool {
        replaces(name) || contains(.baggage) && name.equalsIgnoringCase("baggage")
    }

    private func isB3(_ wanted: StaticString, _ name: UnsafeRawBufferPointer) -> Bool {
        contains(.b3Multi) && name.equalsIgnoringCase(wanted)
    }

    /// Appends the fields for a request that `spanID` sends in the course of `exchange`: its `tracestate` goes along where
    /// its trace goes on.
    package func write(_ exchange: HTTPExchange, spanID: UInt64, to out: inout OutBuffer) {
        let trace = exchange.trace
        guard trace.isValid else { return }
        if contains(.w3c) {
            TraceParent.write(trace, spanID: spanID, to: &out)
            if trace.parentID != 0 { Propagators.writeState(exchange, to: &out) }
        }
        if contains(.b3) { B3.write(trace, spanID: spanID, to: &out) }
        if contains(.b3Multi) { B3.writeMany(trace, spanID: spanID, to: &out) }
    }

    /// The same as values, and the request's baggage, which relays pass on by themselves.
    package func headers(_ exchange: HTTPExchange, spanID: UInt64) -> HTTPHeaders {
        var headers = HTTPHeaders()
        var out = OutBuffer()
        write(exchange, spanID: spanID, to: &out)
        if contains(.baggage), let baggage = exchange.header("baggage"), baggage.count <= Self.baggageBytesMax {
            out.append("baggage: ")
            out.append(baggage)
            out.append("\r\n")
        }
        for line in String(decoding: out.bytes, as: UTF8.self).split(separator: "\r\n") {
            guard let colon = line.firstRange(of: ": ") else { continue }
            headers.add(String(line[..<colon.lowerBound]), String(line[colon.upperBound...]))
        }
        return headers
    }

    /// Appends all `tracestate` fields in their order, or none where one of them is malformed or they are too many.
    private static func writeState(_ exchange: HTTPExchange, to out: inout OutBuffer) {
        var members: Int? = 0
        exchange.forEachHeader { name, value in
            guard name.equalsIgnoringCase("tracestate") else { return }
            members = members.flatMap { sum in TraceState.members(value).map { sum + $0 } }
        }
        guard let members, members > 0, members <= TraceState.membersMax else { return }
        exchange.forEachHeader { name, value in
            if name.equalsIgnoringCase("tracestate") { out.appendField(name, value) }
        }
    }
}
