package import Statistics

/// What a window says: of every column, of rows as a whole, of outliers; and whether that is drift.
package struct WindowVerdict: Equatable, Sendable {
    /// Rows of the window.
    package let rows: Int
    package let features: [FeatureVerdict]
    /// Rows as wholes compared; nil where that was not asked for, or could not be.
    package let discrepancy: MeanDiscrepancy?
    /// The chance below which that is drift.
    package let discrepancyThreshold: Double
    /// The share of rows that lie outside of what is usual; nil where that was not asked for, or could not be.
    package let outlierShare: Double?
    package let outlierThreshold: Double

    package var drifted: [FeatureVerdict] { features.filter(\.isDrifted) }
    package var violated: [FeatureVerdict] { features.filter(\.violations.isBeyond) }
    package var hasDiscrepancy: Bool { discrepancy.map { $0.pValue < discrepancyThreshold } ?? false }
    package var hasOutliers: Bool { outlierShare.map { $0 > outlierThreshold } ?? false }
    package var isDrifting: Bool { !drifted.isEmpty || hasDiscrepancy }

    /// In plain words.
    package var sentence: String {
        var parts: [String] = []
        if !drifted.isEmpty {
            let names = drifted.map { $0.feature.name }
            parts.append("\(names.count) of \(features.count) columns have drifted: \(WindowVerdict.list(names))")
        }
        if hasDiscrepancy { parts.append("rows as a whole have drifted") }
        if parts.isEmpty { parts.append("no drift in \(features.count) columns") }
        if let share = outlierShare, hasOutliers {
            parts.append("\(Figure.text(share * 100)) % of the rows are outliers")
        }
        if !violated.isEmpty {
            parts.append(
                "values that the reference does not know: \(WindowVerdict.list(violated.map { $0.feature.name }))"
            )
        }
        return parts.joined(separator: "; ") + " (\(rows) rows)"
    }

    private static let listed = 5

    private static func list(_ names: [String]) -> String {
        names.prefix(listed).joined(separator: ", ") + (names.count > listed ? " and \(names.count - listed) more" : "")
    }
}
