/// Bounds of what traces may take.
package enum TelemetryLimits {
    /// The most that a setting may ask for: spans that wait, spans of an export.
    package static let queueMax = 1 << 20
    /// Bytes that spans of one thread may wait in.
    package static let ringBytes = 1 << 20
    /// Bytes of one span.
    package static let spanBytesMax = 16 << 10
    /// Bytes of a text in a span; longer ones are cut.
    package static let textBytesMax = 1024
    /// The longest answer of a collector that is read.
    package static let answerBytesMax = 64 << 10
    /// Times that a batch is brought to a collector that asks for patience.
    package static let attemptsMax = 5
    /// The first wait before a batch is brought again, and the longest.
    package static let firstWait = Duration.seconds(1)
    package static let longestWait = Duration.seconds(30)
    /// By how much the calendar must have been set for spans to follow it, and how often it is read then.
    static let calendarStep = Duration.milliseconds(1)
    static let calendarReadings = 8
    /// How often losses are told.
    static let reportTime = Duration.seconds(10)
}
