import Statistics

/// The two distributions of a column drawn over each other: the reference filled, the window as a line. As SVG or PNG, by the
/// same shapes.
package struct DistributionPicture: Sendable {
    private let distributions: Distributions

    package init(_ distributions: Distributions) { self.distributions = distributions }

    private static let width = 720
    private static let height = 400
    private static let left = 30.0
    private static let right = 690.0
    private static let top = 90.0
    private static let bottom = 350.0
    private static let ticks = 6
    private static let wordsMax = 100
    private static let ink = Color(0x33, 0x33, 0x33)
    private static let reference = Color(0xA9, 0xC4, 0xE0)
    private static let current = Color(0xD9, 0x6B, 0x1F)

    package var svg: String {
        let head =
            "<svg xmlns=\"http://www.w3.org/2000/svg\" width=\"\(Self.width)\" height=\"\(Self.height)\" "
            + "font-family=\"monospace\" font-size=\"12\">\n<rect width=\"100%\" height=\"100%\" fill=\"white\"/>\n"
        return head + shapes.map { $0.svg + "\n" }.joined() + "</svg>\n"
    }

    package var png: [UInt8] {
        var canvas = Canvas(width: Self.width, height: Self.height)
        for shape in shapes { canvas.draw(shape) }
        return canvas.png
    }

    private var shapes: [Shape] { words + axis + bars }

    private var words: [Shape] {
        [
            .text(Self.left, 28, distributions.title, Self.ink, .start, size: 2),
            .text(Self.left, 50, String(distributions.verdict.prefix(Self.wordsMax)), Self.ink, .start, size: 1),
            .area(Self.left, 62, Self.left + 14, 74, Self.reference),
            .text(Self.left + 20, 73, "reference", Self.ink, .start, size: 1),
            .line(Self.left + 110, 68, Self.left + 124, 68, Self.current),
            .text(Self.left + 130, 73, "last window", Self.ink, .start, size: 1),
        ]
    }

    private var axis: [Shape] {
        var shapes: [Shape] = [.line(Self.left, Self.bottom, Self.right, Self.bottom, Self.ink)]
        if distributions.isNumeric {
            for tick in 0...Self.ticks {
                let value =
                    distributions.low + (distributions.high - distributions.low) * Double(tick) / Double(Self.ticks)
                shapes.append(.line(x(value), Self.bottom, x(value), Self.bottom + 5, Self.ink))
                shapes.append(.text(x(value), Self.bottom + 20, Figure.text(value), Self.ink, .middle, size: 1))
            }
        } else {
            let letters = Int((Self.right - Self.left) / Double(distributions.bars.count) / 6) - 1
            for bar in distributions.bars {
                let name = String((bar.name ?? "").prefix(max(1, letters)))
                shapes.append(
                    .text((x(bar.low) + x(bar.high)) / 2, Self.bottom + 20, name, Self.ink, .middle, size: 1)
                )
            }
        }
        return shapes
    }

    private var bars: [Shape] {
        let air = distributions.isNumeric ? 0 : 0.1
        let areas = distributions.bars.map { bar in
            Shape.area(x(bar.low + air), y(bar.reference), x(bar.high - air), Self.bottom, Self.reference)
        }
        var (lines, last): ([Shape], Double) = ([], Self.bottom)
        for bar in distributions.bars {
            let (start, end, height) = (x(bar.low + air), x(bar.high - air), y(bar.current))
            lines.append(.line(start, distributions.isNumeric ? last : Self.bottom, start, height, Self.current))
            lines.append(.line(start, height, end, height, Self.current))
            if !distributions.isNumeric { lines.append(.line(end, height, end, Self.bottom, Self.current)) }
            last = height
        }
        if distributions.isNumeric {
            lines.append(.line(x(distributions.high), last, x(distributions.high), Self.bottom, Self.current))
        }
        return areas + lines
    }

    private func x(_ value: Double) -> Double {
        let span = max(distributions.high - distributions.low, .leastNormalMagnitude)
        return Self.left + (value - distributions.low) / span * (Self.right - Self.left)
    }

    private func y(_ value: Double) -> Double {
        Self.bottom - value / distributions.top * (Self.bottom - Self.top)
    }
}
