/// Writes the body of an answer that is given bit by bit.
package final class HTTPBodyWriter: Sendable {
    private let outbox: Outbox

    init(_ outbox: Outbox) { self.outbox = outbox }

    /// Sends `bytes` at once; waits while the client is slow, and throws when it is gone.
    package func write(_ bytes: [UInt8]) async throws(NetFault) { try await outbox.write(bytes) }
}
