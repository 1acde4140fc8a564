import Statistics

/// The versions' intervals of the compared metric as an SVG picture.
package struct IntervalPicture: Sendable {
    private let report: ExperimentReport

    package init(_ report: ExperimentReport) { self.report = report }

    private static let width = 720.0
    private static let left = 150.0
    private static let right = 40.0
    private static let top = 70.0
    private static let rowHeight = 44.0
    private static let ticks = 5

    package var svg: String {
        let rows = report.intervals
        let scale = Scale(rows.flatMap { [$0.value, $0.lower, $0.upper].compactMap { $0 } })
        let bottom = IntervalPicture.top + Double(max(1, rows.count)) * IntervalPicture.rowHeight
        var lines = [
            """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(IntervalPicture.width))" height="\(Int(bottom) + 40)" \
            font-family="sans-serif" font-size="13">
            """,
            #"<rect width="100%" height="100%" fill="white"/>"#,
            text(20, 26, report.metric, "font-weight=\"bold\" font-size=\"15\""),
            text(20, 46, IntervalPicture.cut(report.verdict), "fill=\"#555\""),
        ]
        for tick in 0...IntervalPicture.ticks {
            lines += axis(at: scale.value(tick, of: IntervalPicture.ticks), scale, bottom)
        }
        for (place, row) in rows.enumerated() {
            let y = IntervalPicture.top + (Double(place) + 0.5) * IntervalPicture.rowHeight
            let (low, high) = (x(row.lower ?? scale.least, scale), x(row.upper ?? scale.most, scale))
            lines += [
                text(20, y + 5, row.name, ""),
                line(low, y, high, y, "stroke=\"#3b6ea5\" stroke-width=\"3\""),
                line(low, y - 7, low, y + 7, "stroke=\"#3b6ea5\" stroke-width=\"2\""),
                line(high, y - 7, high, y + 7, "stroke=\"#3b6ea5\" stroke-width=\"2\""),
                "<circle cx=\"\(point(x(row.value, scale)))\" cy=\"\(point(y))\" r=\"6\" fill=\"#d9822b\"/>",
            ]
        }
        return (lines + ["</svg>"]).joined(separator: "\n") + "\n"
    }

    /// From the least number to the greatest, with some air.
    private struct Scale {
        let least: Double
        let most: Double

        init(_ numbers: [Double]) {
            let (low, high) = (numbers.min() ?? 0, numbers.max() ?? 1)
            let air = high > low ? (high - low) * 0.05 : max(abs(high) * 0.1, 0.1)
            (least, most) = (low >= 0 ? max(0, low - air) : low - air, high + air)
        }

        func value(_ tick: Int, of ticks: Int) -> Double { least + (most - least) * Double(tick) / Double(ticks) }
    }

    private func x(_ value: Double, _ scale: Scale) -> Double {
        let share = (value - scale.least) / (scale.most - scale.least)
        return IntervalPicture.left + share * (IntervalPicture.width - IntervalPicture.left - IntervalPicture.right)
    }

    private func axis(at value: Double, _ scale: Scale, _ bottom: Double) -> [String] {
        let x = x(value, scale)
        return [
            line(x, IntervalPicture.top - 6, x, bottom, "stroke=\"#ddd\""),
            text(x, bottom + 20, Figure.text(value), "fill=\"#555\" text-anchor=\"middle\""),
        ]
    }

    private func line(_ x1: Double, _ y1: Double, _ x2: Double, _ y2: Double, _ style: String) -> String {
        "<line x1=\"\(point(x1))\" y1=\"\(point(y1))\" x2=\"\(point(x2))\" y2=\"\(point(y2))\" \(style)/>"
    }

    private func text(_ x: Double, _ y: Double, _ text: String, _ style: String) -> String {
        "<text x=\"\(point(x))\" y=\"\(point(y))\" \(style)>\(Figure.markup(text))</text>"
    }

    private func point(_ value: Double) -> String { Figure.text((value * 10).rounded() / 10) }

    /// What fits into the picture's width.
    private static func cut(_ text: String) -> String { text.count > 100 ? text.prefix(99) + "…" : text }
}
