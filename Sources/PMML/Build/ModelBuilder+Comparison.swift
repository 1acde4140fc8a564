import Prediction

/// Measures of distance and similarity.
extension ModelBuilder {
    /// - Parameter named: the fields, each with the slot that it is compared by.
    func comparison(_ named: [(element: XMLElement, slot: Int32)]) throws(ModelDefect) -> Comparison {
        let measure = try element.requiredChild("ComparisonMeasure")
        let common: Comparison.Compare = try measure.word("compareFunction", default: .absDiff)
        var fields: [Comparison.Field] = []
        for (element, slot) in named {
            let compare = try element.word("compareFunction", default: common)
            guard compare != .table else { throw element.unsupported("compareFunction table") }
            let scale = try element.number("similarityScale")
            guard compare != .gaussSim || scale != nil else { throw element.defect("has no similarityScale") }
            fields.append(
                Comparison.Field(
                    slot: slot,
                    compare: compare,
                    weight: try element.number("fieldWeight") ?? 1,
                    scale: scale ?? 1
                )
            )
        }
        var weights = [Double](repeating: 1, count: fields.count)
        if let missing = element.child("MissingValueWeights") {
            weights = try missing.arrayOfNumbers(count: fields.count)
        }
        return Comparison(
            measure: try self.measure(measure),
            fields: fields,
            missingWeights: weights,
            precision: Precision(isSingle: isSingle)
        )
    }

    private func measure(_ measure: XMLElement) throws(ModelDefect) -> Comparison.Measure {
        for child in measure.children {
            switch child.name {
            case "euclidean": return .euclidean
            case "squaredEuclidean": return .squaredEuclidean
            case "chebychev": return .chebychev
            case "cityBlock": return .cityBlock
            case "minkowski":
                let power = try child.requiredNumber("p-parameter")
                guard power > 0 else { throw child.defect("p-parameter is \(power)") }
                return .minkowski(power)
            // Both, first only, second only, none.
            case "simpleMatching": return .similarity(above: [1, 0, 0, 1], below: [1, 1, 1, 1])
            case "jaccard": return .similarity(above: [1, 0, 0, 0], below: [1, 1, 1, 0])
            case "tanimoto": return .similarity(above: [1, 0, 0, 1], below: [1, 2, 2, 1])
            case "binarySimilarity": return .similarity(above: try pairs("c", child), below: try pairs("d", child))
            case "Extension": continue
            default: throw child.unsupported(child.name)
            }
        }
        throw measure.defect("has no measure")
    }

    private func pairs(_ letter: String, _ element: XMLElement) throws(ModelDefect) -> [Double] {
        var numbers: [Double] = []
        for pair in ["11", "10", "01", "00"] {
            numbers.append(try element.requiredNumber("\(letter)\(pair)-parameter"))
        }
        return numbers
    }
}
