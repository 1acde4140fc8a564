import Base
import Net

/// KServe's line about the time that a prediction took, by phases.
enum LatencyLine {
    /// Appends `requestId: X, preprocess_ms: …, explain_ms: 0, predict_ms: …, postprocess_ms: …` with its end.
    static func write(
        requestID: UnsafeRawBufferPointer?,
        _ times: PhaseTimes,
        written: Instant,
        into line: inout OutBuffer
    ) {
        line.append("requestId: ")
        if let requestID { line.append(requestID) } else { line.append("N.A.") }
        line.append(", preprocess_ms: ")
        append(times.decoded.nanoseconds - times.received.nanoseconds, &line)
        line.append(", explain_ms: 0, predict_ms: ")
        append(times.predicted.nanoseconds - times.decoded.nanoseconds, &line)
        line.append(", postprocess_ms: ")
        append(written.nanoseconds - times.predicted.nanoseconds, &line)
        line.append("\n")
    }

    /// Nanoseconds as milliseconds with six decimals.
    private static func append(_ nanoseconds: Int64, _ line: inout OutBuffer) {
        let whole = Int(nanoseconds)
        line.append(decimal: whole / 1_000_000)
        line.append(".")
        var place = 100_000
        while place > 0 {
            line.append(UInt8(truncatingIfNeeded: 0x30 + whole / place % 10))
            place /= 10
        }
    }
}
