import Statistics

/// A color of three parts.
struct Color: Equatable, Sendable {
    let red: UInt8
    let green: UInt8
    let blue: UInt8

    init(_ red: UInt8, _ green: UInt8, _ blue: UInt8) { (self.red, self.green, self.blue) = (red, green, blue) }

    var hex: String { "#" + [red, green, blue].map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined() }
}

/// What pictures are made of.
enum Shape: Sendable {
    /// Where a text lies about its point.
    enum Anchor: String, Sendable { case start, middle }

    /// A filled rectangle from its left upper corner to its right lower one.
    case area(Double, Double, Double, Double, Color)
    /// A line, upright or level.
    case line(Double, Double, Double, Double, Color)
    /// A text on a base line, its letters 6 × size wide.
    case text(Double, Double, String, Color, Anchor, size: Int)

    var svg: String {
        switch self {
        case .area(let x, let y, let x2, let y2, let color):
            "<rect x=\"\(point(x))\" y=\"\(point(y))\" width=\"\(point(max(0, x2 - x)))\" "
                + "height=\"\(point(max(0, y2 - y)))\" fill=\"\(color.hex)\"/>"
        case .line(let x, let y, let x2, let y2, let color):
            "<line x1=\"\(point(x))\" y1=\"\(point(y))\" x2=\"\(point(x2))\" y2=\"\(point(y2))\" "
                + "stroke=\"\(color.hex)\" stroke-width=\"2\"/>"
        case .text(let x, let y, let text, let color, let anchor, let size):
            "<text x=\"\(point(x))\" y=\"\(point(y))\" fill=\"\(color.hex)\" text-anchor=\"\(anchor.rawValue)\" "
                + "font-size=\"\(size == 1 ? 11 : 18)\">\(Figure.markup(text))</text>"
        }
    }

    private func point(_ value: Double) -> String { Figure.text((value * 10).rounded() / 10) }
}
