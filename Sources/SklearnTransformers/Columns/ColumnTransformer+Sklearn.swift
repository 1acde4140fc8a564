package import Pickle
package import Prediction
package import Sklearn

// Building of a pickled ColumnTransformer.
extension ColumnTransformer {
    package static func build(_ value: PickleValue, _ builder: EstimatorBuilder) throws(ModelDefect) -> EstimatorSteps {
        let names = try value.columnNames() ?? []
        let count = try value.member("n_features_in_", formerly: "_n_features").size()
        guard names.isEmpty || names.count == count else {
            throw value.defect("has \(names.count) names for \(count) columns")
        }
        let weights = try value.optional("transformer_weights")
        var parts: [Part] = []
        for listed in try value.member("transformers_").elements() {
            let triple = try listed.elements()
            guard triple.count == 3 else { throw listed.defect("is not a name, a transformer and columns") }
            if triple[1].isText("drop") { continue }
            let columns = try ColumnChoice(triple[2], names: names, count: count)
            if columns.places.isEmpty { continue }
            let weight = try weights?.optional(triple[0].text())?.number() ?? 1
            parts.append(try part(triple[1], columns, weight, builder))
        }
        guard !parts.isEmpty else { throw value.defect("has no part that takes columns") }
        let transformer = ColumnTransformer(
            parts: parts,
            names: names,
            trainedColumns: count,
            givesSparse: try value.member("sparse_output_").flag(),
            outputColumns: parts.reduce(0) { $0 + $1.outputColumns }
        )
        return EstimatorSteps(transformers: [transformer])
    }

    private static func part(
        _ value: PickleValue,
        _ columns: ColumnChoice,
        _ weight: Double,
        _ builder: EstimatorBuilder
    ) throws(ModelDefect) -> Part {
        var inner = builder
        inner.columns = columns.places.count
        let steps = value.isText("passthrough") ? EstimatorSteps() : try inner.buildStep(value)
        guard steps.predictor == nil else { throw value.defect("predicts, expected is a transformer") }
        let part = Part(
            columns: columns,
            transformers: steps.transformers,
            outputColumns: steps.transformers.last?.outputColumns ?? columns.places.count,
            weight: weight
        )
        switch part.input {
        case .numbers(columns.places.count): break
        case .numbers(let wanted): throw value.defect("takes \(wanted) columns, it is given \(columns.places.count)")
        case .table(let wanted):
            // One inside this one picks what it wants.
            let picks = steps.transformers.first is ColumnTransformer && wanted.count < columns.places.count
            guard picks || wanted.count == columns.places.count else {
                throw value.defect("takes \(wanted.count) columns, it is given \(columns.places.count)")
            }
        case .texts:
            guard columns.isSingle else { throw value.defect("takes texts, it is given rows of columns") }
        }
        guard steps.transformers.last?.givesCells != true else {
            throw value.defect("gives texts, expected are numbers")
        }
        return part
    }
}
