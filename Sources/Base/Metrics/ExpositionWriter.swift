/// What a family of series is.
package enum MetricKind: String, Sendable {
    case counter, gauge, histogram
}

/// Writes series for Prometheus: families one after the other, and the samples of each behind its head.
package struct ExpositionWriter {
    /// Label names with their values.
    package typealias Labels = [(name: String, value: String)]

    /// How it is written.
    package let format: ExpositionFormat
    /// What was written so far.
    package private(set) var text = ""
    /// What samples of the family at hand are called.
    private var sampleName = ""

    package init(_ format: ExpositionFormat) { self.format = format }

    /// Begins a family. No family may be begun twice.
    package mutating func family(_ name: String, _ help: String, _ kind: MetricKind) {
        sampleName = name
        var (family, type) = (name, kind.rawValue)
        if format == .openMetrics, kind == .counter {
            // A counter's family is called without `_total`, its samples with it. A counter of another name would have to be
            // renamed: it is told as something unknown.
            if name.hasSuffix("_total") { family.removeLast(6) } else { type = "unknown" }
        }
        text += "# HELP \(family) \(ExpositionWriter.escaped(help, quotes: format == .openMetrics))\n"
        text += "# TYPE \(family) \(type)\n"
    }

    /// A sample of the family that was begun last.
    package mutating func sample(_ labels: Labels, _ value: Int) { write("", labels, String(value)) }

    /// A sample of the family that was begun last.
    package mutating func sample(_ labels: Labels, _ value: Double) {
        write("", labels, ExpositionWriter.spelt(value))
    }

    /// The samples of one histogram of the family that was begun last.
    mutating func sample(_ labels: Labels, _ histogram: HistogramSnapshot) {
        for (index, count) in histogram.cumulative.enumerated() {
            let bound = histogram.bounds.indices.contains(index) ? spelt(bound: histogram.bounds[index]) : "+Inf"
            write("_bucket", labels + [("le", bound)], String(count), histogram.exemplars[index])
        }
        write("_sum", labels, ExpositionWriter.spelt(histogram.sum))
        write("_count", labels, String(histogram.cumulative.last ?? 0))
    }

    /// Ends the text; nothing may follow.
    package mutating func end() {
        if format == .openMetrics { text += "# EOF\n" }
    }

    private mutating func write(
        _ suffix: String,
        _ labels: Labels,
        _ value: String,
        _ exemplar: HistogramSnapshot.Example? = nil
    ) {
        text += sampleName
        text += suffix
        if !labels.isEmpty {
            let pairs = labels.map { "\($0.name)=\"\(ExpositionWriter.escaped($0.value, quotes: true))\"" }
            text += "{\(pairs.joined(separator: ","))}"
        }
        text += " \(value)"
        if format == .openMetrics, let exemplar { text += ExpositionWriter.spelt(exemplar) }
        text += "\n"
    }
}

// How values are spelt.
extension ExpositionWriter {
    private static func spelt(_ value: Double) -> String {
        if value.isNaN { return "NaN" }
        if value.isInfinite { return value < 0 ? "-Inf" : "+Inf" }
        return String(value)
    }

    /// As Prometheus' clients spell them: OpenMetrics always with a point.
    private func spelt(bound: Double) -> String {
        let text = String(bound)
        return format == .text && text.hasSuffix(".0") ? String(text.dropLast(2)) : text
    }

    private static func spelt(_ example: HistogramSnapshot.Example) -> String {
        let exemplar = example.exemplar
        let span = String(unsafeUninitializedCapacity: LowerHex.digits) { bytes in
            LowerHex.write(exemplar.spanID, to: UnsafeMutableRawBufferPointer(bytes))
            return LowerHex.digits
        }
        let time = Double(exemplar.time.nanoseconds / 1_000_000) / 1e3
        return " # {trace_id=\"\(exemplar.traceID.hex)\",span_id=\"\(span)\"} \(example.value) \(time)"
    }

    /// Text in which nothing ends the line, or the quotes around it.
    private static func escaped(_ text: String, quotes: Bool) -> String {
        // By bytes: a line end behind a carriage return is one character with it.
        guard text.utf8.contains(where: { $0 == 0x5C || $0 == 0x0A || $0 == 0x22 }) else { return text }
        var bytes: [UInt8] = []
        for byte in text.utf8 {
            switch byte {
            case 0x5C: bytes += [0x5C, 0x5C]
            case 0x0A: bytes += [0x5C, 0x6E]
            case 0x22 where quotes: bytes += [0x5C, 0x22]
            default: bytes.append(byte)
            }
        }
        return String(decoding: bytes, as: UTF8.self)
    }
}
