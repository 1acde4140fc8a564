/// Bounds of what one request may take of a model server.
package enum ModelServerLimits {
    /// Longest body; its numbers take at most four times as much memory.
    package static let bodyBytesMax = 32 << 20
    /// How deep a value that is passed over may be nested.
    package static let depthMax = 128
    /// Cells of a data frame that is given column by column: short columns are filled up.
    package static let frameCellsMax = 1 << 23
    /// Requests that wait for a model whose answers take their time.
    package static let waitingRequestsMax = 64
    /// Threads that answer requests.
    package static let workersMax = 256
    /// Storage for rows that is kept for the next request, in numbers or bytes.
    static let keptCapacityMax = 1 << 17
}
