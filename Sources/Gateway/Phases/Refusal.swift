import Base
import Net

/// The body of the gateway's own answers.
enum Refusal {
    static func body(_ message: String) -> [UInt8] { Array(JSON.object(["error": .string(message)]).text.utf8) }

    /// The code that gRPC's clients would make of an HTTP status (grpc/doc/http-grpc-status-mapping.md).
    static func grpcStatus(_ status: Int) -> Int {
        switch status {
        case 400: 13  // INTERNAL
        case 401: 16  // UNAUTHENTICATED
        case 403: 7  // PERMISSION_DENIED
        case 404: 12  // UNIMPLEMENTED
        case 413, 431: 8  // RESOURCE_EXHAUSTED
        case 429, 502, 503, 504: 14  // UNAVAILABLE
        default: 2  // UNKNOWN
        }
    }
}

extension HTTPExchange {
    /// Answers in the gateway's own name: `{"error": "…"}`; calls of gRPC get the message in a status.
    func refuse(_ status: Int, _ message: String) {
        guard isGRPC else {
            return respond(
                status: status,
                headers: ["content-type": "application/json"],
                body: Refusal.body(message)
            )
        }
        let headers: HTTPHeaders = [
            "content-type": "application/grpc", "grpc-status": String(Refusal.grpcStatus(status)),
            "grpc-message": PercentCoding.encodeQuery(message),
        ]
        respond(status: 200, headers: headers, body: [])
    }
}
