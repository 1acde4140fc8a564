import Prediction

/// A number on a line through given points.
struct NormContinuous: Sendable {
    let slot: Int32
    /// Where points stand, in order, and what is answered there; two at least.
    let points: [(from: Double, to: Double)]
    let outlierTreatment: InputRule.OutlierTreatment
    let missing: Value

    func evaluate(_ work: Workspace) throws(InputDefect) -> Value {
        let value = try work.value(slot)
        if value.isMissing { return missing }
        return normalized(try work.number(value)).map { .number($0) } ?? .missing
    }

    /// The number on the line; nil where it is outside and that is missing.
    private func normalized(_ number: Double) -> Double? {
        let last = points.count - 1
        var index = points.firstIndex { number <= $0.from }.map { $0 - 1 } ?? last
        if number == points[0].from { index = 0 }
        if index < 0 || index == last {
            switch outlierTreatment {
            case .asMissingValues: return nil
            case .asExtremeValues: return points[max(index, 0)].to
            case .asIs: index = index < 0 ? 0 : last - 1
            }
        }
        let (start, end) = (points[index], points[index + 1])
        return start.to + (number - start.from) / (end.from - start.from) * (end.to - start.to)
    }

    /// The number from which the line comes to `number`; nil where it does not.
    func inverse(_ number: Double) -> Double? {
        for (start, end) in zip(points, points.dropFirst()) where number >= start.to && number <= end.to {
            return (number - start.to) / (end.to - start.to) * (end.from - start.from) + start.from
        }
        return nil
    }
}
