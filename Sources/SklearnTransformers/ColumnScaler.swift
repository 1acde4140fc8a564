import Pickle
import Prediction
import Sklearn

/// scikit-learn's StandardScaler, RobustScaler and MaxAbsScaler: takes away each column's centre, divides by its scale.
struct ColumnScaler: Transformer {
    let rules: RowRules
    let centre: [Double]?
    let scale: [Double]?
    /// Whether what comes out is kept within -1 to 1.
    var clips = false

    var input: Input { rules.input }
    var outputColumns: Int { rules.columns }

    static func buildStandard(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules(sparse: true, nan: true)
        let scaler = ColumnScaler(
            rules: rules,
            centre: try value.member("with_mean").flag() ? value.member("mean_").vector(rules.columns) : nil,
            scale: try value.member("with_std").flag() ? value.member("scale_").vector(rules.columns) : nil
        )
        return EstimatorSteps(transformers: [scaler])
    }

    static func buildRobust(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules(sparse: true, nan: true)
        let scaler = ColumnScaler(
            rules: rules,
            centre: try value.member("with_centering").flag() ? value.member("center_").vector(rules.columns) : nil,
            scale: try value.member("with_scaling").flag() ? value.member("scale_").vector(rules.columns) : nil
        )
        return EstimatorSteps(transformers: [scaler])
    }

    static func buildMaxAbs(_ value: PickleValue) throws(ModelDefect) -> EstimatorSteps {
        let rules = try value.rowRules(sparse: true, nan: true)
        let scaler = ColumnScaler(
            rules: rules,
            centre: nil,
            scale: try value.member("scale_").vector(rules.columns),
            clips: try value.optional("clip")?.flag() ?? false
        )
        return EstimatorSteps(transformers: [scaler])
    }

    func transform(_ batch: inout Batch) throws(InputDefect) {
        try rules.check(batch)
        if let centre {
            guard batch.content != .sparse else { throw InputDefect("\(rules.name) cannot center sparse matrices") }
            centre.withUnsafeBufferPointer { centre in batch.mapEntries { $1 - centre[$0] } }
        }
        if let scale { scale.withUnsafeBufferPointer { scale in batch.mapEntries { $1 / scale[$0] } } }
        // A NaN stays one.
        if clips { batch.mapEntries { _, value in value > 1 ? 1 : value < -1 ? -1 : value } }
    }
}
