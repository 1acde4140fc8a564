import Base

/// Numbers as people read them.
package enum Figure {
    /// Three significant digits; whole numbers whole.
    package static func text(_ value: Double) -> String {
        let rounded = rounded(value, digits: abs(value) >= 1000 ? 6 : 3)
        if let whole = Int(exactly: rounded) { return String(whole) }
        return JSON.double(rounded).text
    }

    /// A probability in percent, never told as certain.
    package static func percent(_ probability: Double) -> String {
        if probability > 0.9995 { return "> 99.9 %" }
        if probability < 0.0005 { return "< 0.1 %" }
        return "\(text(probability * 100)) %"
    }

    /// To so many significant digits.
    package static func rounded(_ value: Double, digits: Int) -> Double {
        guard value != 0, value.isFinite else { return value }
        var scale = 1.0
        let size = abs(value)
        // Powers of ten up to 1e22 are exact, so the division below gives the nearest double.
        let most = (0..<digits).reduce(1.0) { power, _ in power * 10 }
        while size * scale < most / 10, scale < 1e22 { scale *= 10 }
        if size < most { return (value * scale).rounded() / scale }
        return value.rounded()
    }

    /// Text as it stands in a picture's SVG.
    package static func markup(_ text: String) -> String {
        text.replacing("&", with: "&amp;").replacing("<", with: "&lt;").replacing(">", with: "&gt;")
    }
}
