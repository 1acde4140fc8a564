package import Base
package import Net

/// How a call ended (grpc.io/docs/guides/status-codes).
package struct GRPCStatus: Error, Equatable, Sendable {
    /// The codes by their numbers.
    package enum Code: Int, Sendable {
        case ok
        case cancelled, unknown, invalidArgument, deadlineExceeded, notFound, alreadyExists, permissionDenied
        case resourceExhausted, failedPrecondition, aborted, outOfRange, unimplemented, `internal`, unavailable
        case dataLoss, unauthenticated
    }

    package let code: Code
    /// For people; empty where all is well.
    package let message: String

    package init(_ code: Code, _ message: String) {
        self.code = code
        self.message = message
    }

    /// All is well.
    package static let ok = GRPCStatus(.ok, "")

    /// The status of a request message that is no protobuf.
    package init(_ defect: ProtobufDefect) {
        self.init(.internal, "Error parsing request: \(defect)")
    }

    /// `message` as it stands in `grpc-message`: UTF-8 with all but printable ASCII percent-encoded, `%` too.
    package var encodedMessage: String {
        let utf8 = message.utf8.prefix(GRPCLimits.statusMessageBytesMax)
        guard !utf8.allSatisfy(GRPCStatus.isPlain) else { return String(decoding: utf8, as: UTF8.self) }
        var encoded: [UInt8] = []
        for byte in utf8 {
            if GRPCStatus.isPlain(byte) {
                encoded.append(byte)
            } else {
                encoded += [0x25, digits[Int(byte >> 4)], digits[Int(byte & 15)]]
            }
        }
        return String(decoding: encoded, as: UTF8.self)
    }

    /// The status as header fields: trailers, or the head of an answer that is nothing else.
    package var fields: HTTPHeaders {
        var fields: HTTPHeaders = ["grpc-status": String(code.rawValue)]
        if !message.isEmpty { fields.add("grpc-message", encodedMessage) }
        return fields
    }

    private static func isPlain(_ byte: UInt8) -> Bool { (0x20...0x7E).contains(byte) && byte != 0x25 }
}

private let digits = Array("0123456789ABCDEF".utf8)
