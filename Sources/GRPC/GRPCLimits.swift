/// What one client may take of a gRPC server.
package struct GRPCLimits: Sendable {
    /// Bytes of one message that is received, unpacked; KServe's default.
    package var receiveBytesMax = 8 << 20
    /// Bytes of one message that is sent; KServe's default.
    package var sendBytesMax = 8 << 20
    /// Bytes of an answer that a client has not taken yet, above which its further messages wait.
    package var unsentBytesMax = 1 << 20
    /// Memory that is kept for the next message.
    package static let keptBytesMax = 1 << 20
    /// Calls whose storage is kept for the next ones.
    static let callsKept = 64
    /// Bytes of a status message, before it is encoded.
    static let statusMessageBytesMax = 4096

    package init() {}
}
