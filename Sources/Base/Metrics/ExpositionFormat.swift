/// How series are written.
package enum ExpositionFormat: Sendable {
    /// Prometheus' text format 0.0.4.
    case text
    /// OpenMetrics 1.0.0.
    case openMetrics

    /// The format that an `Accept` header asks for: the one it likes best, and the text where it likes them the same or
    /// names neither.
    package init(accept: String) {
        var (open, text) = (0.0, 0.0)
        for part in accept.split(separator: ",") {
            let words = part.split(separator: ";").map { $0.trimmingBlanks }
            let parameters = words.dropFirst().map { $0.split(separator: "=", maxSplits: 1).map { $0.trimmingBlanks } }
            func parameter(_ name: String) -> Substring? {
                parameters.first { $0.first ?? "" == name }?.dropFirst().first
            }
            let quality = parameter("q").flatMap { Double($0) } ?? 1
            switch words.first {
            case "application/openmetrics-text" where ["1.0.0", nil].contains(parameter("version")):
                open = max(open, quality)
            case "text/plain": text = max(text, quality)
            default: break
            }
        }
        self = open > text ? .openMetrics : .text
    }

    /// The `Content-Type` of what is written.
    package var contentType: StaticString {
        switch self {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }
}

extension Substring {
    fileprivate var trimmingBlanks: Substring {
        let start = drop { $0 == " " || $0 == "\t" }
        let end = start.lastIndex { $0 != " " && $0 != "\t" }
        return end.map { start[...$0] } ?? start.prefix(0)
    }
}
