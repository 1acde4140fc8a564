/// Bounds of what a worker may take of the server.
package enum PythonLimits {
    /// How long a worker may take to load its model.
    package static let loadTime = Duration.seconds(300)
    /// How long a worker may take to answer, where nobody says otherwise.
    package static let answerTime = Duration.seconds(60)
    /// How long a worker may go on after the server has let go of it.
    package static let endTime = Duration.seconds(2)
    /// How long a worker that ended waits before it is started again: not at all, then from the first doubling to the last.
    package static let restartFirst = Duration.seconds(1)
    package static let restartMax = Duration.seconds(60)
    /// A worker that ran so long is started again at once.
    package static let restartReset = Duration.seconds(60)
    /// Longest head of a frame.
    package static let headBytesMax = 1 << 20
    /// Longest answer.
    package static let answerBytesMax = 256 << 20
    /// Requests that wait for a worker.
    package static let queueMax = 64
}
