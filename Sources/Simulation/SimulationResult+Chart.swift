import Base

// The chart: requests, replicas and how long answers took, over the time of the simulation, as SVG.
extension SimulationResult {
    /// One line of a panel.
    private struct Line {
        let label: String
        let color: String
        let values: [Double]
    }

    private static let (width, height, left, top) = (960.0, 170.0, 70.0, 40.0)

    /// - Parameter title: what was simulated.
    package func chart(title: String) -> String {
        let seconds = duration.seconds / Double(max(1, total.points.count))
        let points = total.points
        let panels: [(String, [Line])] = [
            ("requests/s", [Line(label: "", color: "#1f77b4", values: points.map { Double($0.requests) / seconds })]),
            (
                "replicas",
                [
                    Line(
                        label: "with those that start",
                        color: "#ff7f0e",
                        values: points.map { Double($0.ready + $0.starting) / seconds / 1e9 }
                    ),
                    Line(label: "ready", color: "#2ca02c", values: points.map { Double($0.ready) / seconds / 1e9 }),
                ]
            ),
            (
                "mean latency, ms",
                [
                    Line(
                        label: "",
                        color: "#d62728",
                        values: points.map { $0.answered == 0 ? 0 : Double($0.took) / Double($0.answered) / 1e6 }
                    )
                ]
            ),
        ]
        let (width, height) = (SimulationResult.width, SimulationResult.height)
        let total = SimulationResult.top + Double(panels.count) * (height + 40) + 20
        var text = """
            <svg xmlns="http://www.w3.org/2000/svg" width="\(Int(width))" height="\(Int(total))" \
            font-family="sans-serif" font-size="12">
            <rect width="100%" height="100%" fill="white"/>
            <text x="\(Int(SimulationResult.left))" y="22" font-size="15">\(SimulationResult.escaped(title))</text>

            """
        for (index, panel) in panels.enumerated() {
            text += draw(panel.0, panel.1, at: SimulationResult.top + Double(index) * (height + 40))
        }
        return text + "</svg>\n"
    }

    private func draw(_ title: String, _ lines: [Line], at top: Double) -> String {
        let (left, right) = (SimulationResult.left, SimulationResult.width - 20)
        let (first, last) = (top + 14, top + SimulationResult.height)
        let most = max(lines.flatMap(\.values).max() ?? 0, 1e-9)
        var text = "<text x=\"\(Int(left))\" y=\"\(Int(top + 8))\">\(title)</text>\n"
        for share in [0, 0.5, 1] {
            let y = SimulationResult.decimal(last - share * (last - first), places: 1)
            let label = SimulationResult.decimal(share * most, places: most < 10 ? 2 : 0)
            text += "<line x1=\"\(Int(left))\" x2=\"\(Int(right))\" y1=\"\(y)\" y2=\"\(y)\" stroke=\"#ddd\"/>"
            text += "<text x=\"\(Int(left - 6))\" y=\"\(y)\" text-anchor=\"end\">\(label)</text>\n"
        }
        for (index, line) in lines.enumerated() {
            let step = (right - left) / Double(max(1, line.values.count - 1))
            let points = line.values.enumerated().map { number, value in
                SimulationResult.decimal(left + Double(number) * step, places: 1) + ","
                    + SimulationResult.decimal(last - value / most * (last - first), places: 1)
            }
            text += "<polyline fill=\"none\" stroke=\"\(line.color)\" points=\"\(points.joined(separator: " "))\"/>\n"
            if !line.label.isEmpty {
                let x = Int(left) + 90 + index * 180
                text += "<text x=\"\(x)\" y=\"\(Int(top + 8))\" fill=\"\(line.color)\">\(line.label)</text>\n"
            }
        }
        for quarter in 0...4 {
            let x = Int(left + (right - left) * Double(quarter) / 4)
            let hours = SimulationResult.decimal(duration.seconds / 3600 * Double(quarter) / 4, places: 1)
            text += "<text x=\"\(x)\" y=\"\(Int(last + 15))\" text-anchor=\"middle\">\(hours)h</text>\n"
        }
        return text
    }

    private static func escaped(_ text: String) -> String {
        text.map { $0 == "<" ? "&lt;" : $0 == "&" ? "&amp;" : String($0) }.joined()
    }
}
