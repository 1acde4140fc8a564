import Pickle
import Prediction
import Sklearn
import SklearnTransformers

/// scikit-learn's TransformedTargetRegressor: the regressor answers in transformed numbers, which are turned back.
enum TransformedTarget {
    static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let part = try builder.part(value.member("regressor_"), asking: [.predict])
        guard part.classes == nil else { throw value.defect("regressor_ answers with classes") }
        let transformer = try value.member("transformer_")
        let turn = try TargetTurn(transformer, outputs: part.width)
        let isFlat = try value.member("_training_dim").integer() == 1
        guard !isFlat || part.width == 1 else { throw value.defect("answers with several numbers for one") }
        let answers = PartAnswers([part], columns: try value.columnCount())
        return try builder.regressor(value, turn, isFlat: isFlat, of: answers)
    }
}

/// Turns transformed numbers back.
struct TargetTurn: RowScorer {
    /// What is done to each number.
    enum Way: Sendable {
        /// × scale, + shift, for each column.
        case linear(scale: [Double], shift: [Double])
        case function(@Sendable (Double) -> Double)
    }

    let columns: Int
    let way: Way
    var outputs: Int { columns }

    init(_ value: PickleValue, outputs: Int) throws(ModelDefect) {
        columns = outputs
        let ones = [Double](repeating: 1, count: outputs)
        let zeros = [Double](repeating: 0, count: outputs)
        switch value.className?.name ?? "" {
        case "StandardScaler":
            let scales = try value.member("with_std").flag()
            let shifts = try value.member("with_mean").flag()
            way = .linear(
                scale: scales ? try value.member("scale_").vector(outputs) : ones,
                shift: shifts ? try value.member("mean_").vector(outputs) : zeros
            )
        case "RobustScaler":
            let scales = try value.member("with_scaling").flag()
            let shifts = try value.member("with_centering").flag()
            way = .linear(
                scale: scales ? try value.member("scale_").vector(outputs) : ones,
                shift: shifts ? try value.member("center_").vector(outputs) : zeros
            )
        case "MinMaxScaler":
            let scale = try value.member("scale_").vector(outputs)
            let least = try value.member("min_").vector(outputs)
            way = .linear(scale: scale.map { 1 / $0 }, shift: zip(scale, least).map { -$1 / $0 })
        case "MaxAbsScaler": way = .linear(scale: try value.member("scale_").vector(outputs), shift: zeros)
        case "FunctionTransformer":
            guard let named = try value.optional("inverse_func") else {
                way = .linear(scale: ones, shift: zeros)
                return
            }
            guard let function = FunctionTransformer.functions[named.globalName?.name ?? ""] else {
                throw named.refusal(.targetFunction, "is \(named.kind), which is no function of numpy that is native")
            }
            way = .function(function)
        case let name:
            throw value.refusal(.targetTransformer, "\(name) cannot be served natively as a transformer of answers")
        }
    }

    func score(_ row: Span<Double>, into result: inout MutableSpan<Double>, _ space: inout MutableSpan<Double>) {
        for column in 0..<columns {
            switch way {
            case .linear(let scale, let shift): result[column] = row[column] * scale[column] + shift[column]
            case .function(let function): result[column] = function(row[column])
            }
        }
    }
}
