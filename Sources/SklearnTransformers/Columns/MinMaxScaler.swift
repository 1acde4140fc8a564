package import Pickle
package import Prediction
package import Sklearn

/// scikit-learn's MinMaxScaler: each column times its scale, moved to its range.
package struct MinMaxScaler: Transformer {
    private let rules: RowRules
    private let scale: [Double]
    private let offset: [Double]
    /// Bounds that what comes out is kept within.
    private let range: ClosedRange<Double>?

    package var input: Input { rules.input }
    package var outputColumns: Int { rules.columns }

    package static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules(nan: true)
        let scaler = MinMaxScaler(
            rules: rules,
            scale: try value.member("scale_").vector(rules.columns),
            offset: try value.member("min_").vector(rules.columns),
            range: try value.optional("clip")?.flag() == true ? bounds(value.member("feature_range")) : nil
        )
        return EstimatorSteps(transformers: [scaler])
    }

    private static func bounds(_ value: PickleValue) throws(ModelDefect) -> ClosedRange<Double> {
        let pair = try value.elements()
        guard pair.count == 2 else { throw value.defect("is no pair") }
        let (low, high) = (try pair[0].number(), try pair[1].number())
        guard low <= high else { throw value.defect("begins at \(low) and ends at \(high)") }
        return low...high
    }

    package func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        scale.withUnsafeBufferPointer { scale in
            offset.withUnsafeBufferPointer { offset in
                batch.mapEntries { column, number in number * scale[column] + offset[column] }
            }
        }
        guard let range else { return }
        // A NaN stays one.
        batch.mapEntries { _, number in
            number > range.upperBound ? range.upperBound : number < range.lowerBound ? range.lowerBound : number
        }
    }
}
