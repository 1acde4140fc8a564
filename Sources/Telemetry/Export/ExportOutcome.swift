package import Net

/// What became of a batch, as the OTLP specification has it (opentelemetry.io/docs/specs/otlp, Failures). Pure.
package enum ExportOutcome: Equatable, Sendable {
    /// It arrived, all but so many spans.
    case delivered(refused: Int)
    /// It may be brought again: after so long, where the collector says how long.
    case again(after: Duration?)
    /// It is lost, and why.
    case lost(String)

    /// Fields of answers that are looked at.
    package static let fields: [StaticString] = ["retry-after", "grpc-status", "grpc-message"]

    package init(_ result: Result<PostClient.Answer, NetFault>, _ transport: TracingSettings.Transport) {
        switch (result, transport) {
        case (.failure, _): self = .again(after: nil)
        case (.success(let answer), .http): self.init(status: answer.status, answer)
        case (.success(let answer), .grpc): self.init(call: answer)
        }
    }

    private init(status: Int, _ answer: PostClient.Answer) {
        switch status {
        case 200...299: self = .delivered(refused: answer.body.withUnsafeBytes { OTLP.refused($0) })
        case 429, 502, 503, 504: self = .again(after: ExportOutcome.seconds(answer.fields["retry-after"]))
        default: self = .lost("status \(status)")
        }
    }

    private init(call answer: PostClient.Answer) {
        guard answer.status == 200, let code = answer.fields["grpc-status"].flatMap({ Int($0) }) else {
            // What stands before a collector has answered in its stead.
            self = [429, 502, 503, 504].contains(answer.status) ? .again(after: nil) : .lost("status \(answer.status)")
            return
        }
        switch code {
        case 0:
            self = .delivered(
                refused: answer.body.withUnsafeBytes { OTLP.refused(UnsafeRawBufferPointer(rebasing: $0.dropFirst(5))) }
            )
        // CANCELLED, DEADLINE_EXCEEDED, ABORTED, OUT_OF_RANGE, UNAVAILABLE, DATA_LOSS.
        case 1, 4, 10, 11, 14, 15: self = .again(after: nil)
        // RESOURCE_EXHAUSTED: a collector that can recover says when, in details that are not read; patience does no harm.
        case 8: self = .again(after: nil)
        default: self = .lost("gRPC status \(code) \(answer.fields["grpc-message"] ?? "")")
        }
    }

    private static func seconds(_ text: String?) -> Duration? {
        text.flatMap { Int($0) }.flatMap { (0...86_400).contains($0) ? .seconds($0) : nil }
    }
}

/// How long a batch waits before it is brought again. Pure.
package enum ExportPatience {
    /// The wait after so many attempts, nil where it is given up: doubling, with chance so that many processes do not come
    /// at once.
    ///
    /// - Parameter chance: from 0 to 1.
    package static func wait(after attempts: Int, asked: Duration?, chance: Double) -> Duration? {
        guard attempts < TelemetryLimits.attemptsMax else { return nil }
        if let asked { return min(asked, TelemetryLimits.longestWait) }
        let doubled = TelemetryLimits.firstWait * (1 << (attempts - 1))
        return min(doubled, TelemetryLimits.longestWait) * (0.5 + chance / 2)
    }
}
