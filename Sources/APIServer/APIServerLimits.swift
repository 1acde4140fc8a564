/// Bounds of what the API server holds and takes.
package enum APIServerLimits {
    /// Changes that can be replayed to a watch; older versions are told as expired.
    package static let historyEventsMax = 10_000
    /// Bytes of JSON that those changes may come to.
    package static let historyBytesMax = 64 << 20
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
    /// How long a watch without a time of its own stays open.
    package static let watchTime = Duration.seconds(2400)
    /// The longest time that a watch can ask for.
    package static let watchTimeMax = Duration.seconds(86_400)
    /// The longest that a pod can be given to end, in seconds.
    package static let graceSecondsMax = 10 * 365 * 86_400
    /// The longest time that a token can be asked for, in seconds.
    package static let tokenSecondsMax = 1 << 30
    /// What a pod's own volume asks for its token, in seconds; such a token is good for `podTokenSecondsMax` instead.
    package static let podTokenSeconds = 3607
    package static let podTokenSecondsMax = 365 * 86_400
    /// How often watches that ask for it are told how far they are.
    package static let bookmarkInterval = Duration.seconds(60)
    /// What running requests are given to end when the server stops; watches are cut then.
    package static let drainTime = Duration.seconds(2)
}
