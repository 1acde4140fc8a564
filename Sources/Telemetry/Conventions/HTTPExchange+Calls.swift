package import Net

/// What a relay takes note of while a call of gRPC passes through it.
extension HTTPExchange {
    /// The status in the head of an answer that is nothing else.
    package func noteCallStatus(_ field: UnsafeRawBufferPointer?) {
        guard let field, let code = Int(String(decoding: field, as: UTF8.self)) else { return }
        grpcStatus = code
    }

    /// The status behind an answer's messages.
    package func noteCallStatus(_ trailers: HTTPTrailers) {
        if let code = trailers.fields["grpc-status"].flatMap({ Int($0) }) { grpcStatus = code }
    }
}
