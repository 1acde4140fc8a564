/// Bounds of what the API server holds and takes.
package enum APIServerLimits {
    /// Changes that can be replayed to a watch; older versions are told as expired.
    package static let historyEventsMax = 10_000
    /// Changes that wait for one slow watcher before it is ended.
    package static let watchQueueMax = 4_096
    /// Writes that share one transaction.
    package static let batchWritesMax = 512
    /// Bytes of a request body.
    package static let bodyBytesMax = 3 << 20
    /// How often a patch is tried anew when the object changes under it.
    package static let updateAttemptsMax = 10
    /// How many random names are tried for one `generateName`.
    package static let generatedNamesMax = 8
}
