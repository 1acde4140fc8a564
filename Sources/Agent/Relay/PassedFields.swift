import Net
import Telemetry

/// Heads that pass through the agent, without the fields of one connection.
enum PassedFields {
    /// Request line and fields for the component, without framing and the empty line; fields that carry traces are left
    /// out where somebody else writes them.
    static func writeRequest(
        _ exchange: HTTPExchange,
        _ version: HTTPVersion,
        leavingOut propagators: Propagators,
        to out: inout OutBuffer
    ) {
        out.append(exchange.methodBytes)
        out.append(" ")
        out.append(exchange.targetBytes)
        out.append(" HTTP/1.1\r\nhost: ")
        out.append(exchange.authorityBytes)
        out.append("\r\n")
        let ofConnection = ConnectionFields(exchange.header("connection"))
        exchange.forEachHeader { name, value in
            if !ofConnection.contains(name), !name.equalsIgnoringCase("host"), !propagators.replaces(name) {
                out.appendField(name, value)
            }
        }
        if version == .http2, exchange.header("te")?.equalsIgnoringCase("trailers") == true {
            out.append("te: trailers\r\n")
        }
    }

    /// Fields for the client; the server writes a date of its own.
    static func writeAnswer(_ answer: AnswerHead, to out: inout OutBuffer) {
        let ofConnection = ConnectionFields(answer.header("connection"))
        answer.forEachHeader { name, value in
            if !ofConnection.contains(name), !name.equalsIgnoringCase("date") { out.appendField(name, value) }
        }
    }
}
