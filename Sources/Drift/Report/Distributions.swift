import Base
import Statistics

/// The shares of a column's values in the reference and in a window, for a picture.
package struct Distributions: Equatable, Sendable {
    /// One bar: where it stands, and how high it is for both.
    struct Bar: Equatable, Sendable {
        let low: Double
        let high: Double
        /// Of a category.
        let name: String?
        let reference: Double
        let current: Double
    }

    let title: String
    let verdict: String
    let bars: [Bar]
    let isNumeric: Bool

    /// Categories that have a bar; the rest are one.
    private static let categoriesMax = 12

    /// Reads what a status says of a column; nil where it does not fit together.
    init?(_ feature: JSON, of monitor: String) {
        let counts = ["reference", "current"].map { (feature[$0].array ?? []).compactMap(\.double) }
        guard let name = feature["name"].string, counts[0].count == counts[1].count, counts[0].count > 0 else {
            return nil
        }
        let shares = counts.map { counts in counts.map { $0 / max(1, counts.reduce(0, +)) } }
        title = "\(monitor): \(name)"
        verdict = (feature["tests"].array ?? []).map(Distributions.words).joined(separator: "    ")
        isNumeric = feature["type"].string == "numeric"
        bars =
            isNumeric
            ? Distributions.densities(feature, shares[0], shares[1])
            : Distributions.categories(feature["categories"].strings, shares[0], shares[1])
        guard !bars.isEmpty else { return nil }
    }

    private static func words(_ test: JSON) -> String {
        let statistic = test["statistic"].double.map { Figure.text($0) } ?? "-"
        let chance =
            (test["correctedPValue"].double).map { $0 < 1e-4 ? ", p < 0.0001" : ", p = \(Figure.text($0))" } ?? ""
        return "\(test["test"].string ?? "") \(statistic)\(chance)" + (test["drifted"].bool == true ? " (drift)" : "")
    }

    /// Bars of numbers are as wide as their bins and as high as their shares over that width. The outermost ones end where
    /// numbers are still in range.
    private static func densities(_ feature: JSON, _ first: [Double], _ second: [Double]) -> [Bar] {
        let edges = (feature["edges"].array ?? []).compactMap(\.double)
        guard edges.count + 1 == first.count else { return [] }
        let range = (feature["range"].array ?? []).compactMap(\.double)
        let span = (edges.last ?? 0) - (edges.first ?? 0)
        let more = span > 0 ? span / Double(max(1, edges.count - 1)) : 1
        let low = min(range.first ?? .infinity, (edges.first ?? 0) - more)
        let high = max(range.count == 2 ? range[1] : -.infinity, (edges.last ?? 0) + more)
        let ends = [low] + edges + [high]
        return first.indices.map { place in
            let width = max(ends[place + 1] - ends[place], .leastNormalMagnitude)
            return Bar(
                low: ends[place],
                high: ends[place + 1],
                name: nil,
                reference: first[place] / width,
                current: second[place] / width
            )
        }
    }

    private static func categories(_ names: [String], _ first: [Double], _ second: [Double]) -> [Bar] {
        let all = zip(names + ["(others)"], zip(first, second)).map { ($0, $1.0, $1.1) }
        let known = all.filter { $0.1 > 0 || $0.2 > 0 }.sorted { max($0.1, $0.2) > max($1.1, $1.2) }
        var shown = Array(known.prefix(categoriesMax))
        let rest = known.dropFirst(categoriesMax)
        if !rest.isEmpty {
            shown.append(("\(rest.count) more", rest.reduce(0) { $0 + $1.1 }, rest.reduce(0) { $0 + $1.2 }))
        }
        return shown.enumerated().map { place, entry in
            Bar(low: Double(place), high: Double(place + 1), name: entry.0, reference: entry.1, current: entry.2)
        }
    }

    var low: Double { bars.first?.low ?? 0 }
    var high: Double { bars.last?.high ?? 1 }
    var top: Double { max(bars.reduce(0) { max($0, $1.reference, $1.current) }, .leastNormalMagnitude) }
}
