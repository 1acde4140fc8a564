import Base
import Net

/// Answers in the forms of KServe's servers.
extension ModelService {
    func reply(
        _ exchange: HTTPExchange,
        status: Int,
        contentType: StaticString = "application/json",
        writing: (inout OutBuffer) -> Void
    ) {
        exchange.respond(status: status, contentType: contentType, writing: writing)
    }

    func reply(_ exchange: HTTPExchange, status: Int, json: JSON) {
        reply(exchange, status: status) { $0.append(json.text) }
    }

    func reply(_ exchange: HTTPExchange, status: Int, headers: HTTPHeaders, body: [UInt8]) {
        exchange.respond(status: status, headers: headers, body: body)
    }

    /// Tells why a request cannot be answered.
    func reply(_ exchange: HTTPExchange, _ defect: RequestDefect) {
        reply(exchange, status: defect.status) { defect.write(into: &$0) }
    }
}
