import Base

/// What `/metrics` answers: in OpenMetrics where the client takes that, else in Prometheus' text.
enum Exposition {
    /// The format that an `Accept` header asks for.
    static func format(accept: String) -> ExpositionFormat {
        accept.split(separator: ",").contains { $0.contains("application/openmetrics-text") } ? .openMetrics : .text
    }

    /// The type of a format.
    static func contentType(_ format: ExpositionFormat) -> StaticString {
        switch format {
        case .text: "text/plain; version=0.0.4; charset=utf-8"
        case .openMetrics: "application/openmetrics-text; version=1.0.0; charset=utf-8"
        }
    }

    /// All series, those of the process behind the server's own.
    static func text(_ registry: MetricRegistry, _ figures: ProcessFigures, _ format: ExpositionFormat) -> String {
        var text = registry.exposition(format)
        for figure in figures.series {
            let isCounter = figure.name.hasSuffix("_total")
            let family = isCounter && format == .openMetrics ? String(figure.name.dropLast(6)) : figure.name
            text += "# HELP \(family) \(figure.help)\n# TYPE \(family) \(isCounter ? "counter" : "gauge")\n"
            text += "\(figure.name) \(figure.value)\n"
        }
        return format == .openMetrics ? text + "# EOF\n" : text
    }
}
