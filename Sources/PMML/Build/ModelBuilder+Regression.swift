import Prediction

/// Regression models.
extension ModelBuilder {
    func regression() throws(ModelDefect) -> Parts {
        try require(.regression, .classification)
        let normalization: RegressionModel.Normalization = try element.word(
            "normalizationMethod",
            default: RegressionModel.Normalization.none
        )
        let isClassification = function == .classification
        let precision = Precision(isSingle: isSingle)
        var tables: [RegressionTable] = []
        var keys: [Value] = []
        for table in element.children("RegressionTable") {
            tables.append(try regressionTable(table, precision))
            if isClassification { keys.append(try category("targetCategory", of: table)) }
        }
        guard isClassification ? tables.count >= 2 : tables.count == 1 else {
            throw element.defect("has \(tables.count) elements RegressionTable for \(function.rawValue)")
        }
        guard Set(keys).count == keys.count else { throw element.defect("has two tables of one class") }
        let isOrdinal = target.type.op == .ordinal
        try check(normalization, classes: isClassification ? tables.count : 0, isOrdinal: isOrdinal)
        let body = RegressionModel(
            tables: tables,
            normalization: normalization,
            isClassification: isClassification,
            isOrdinal: isClassification && isOrdinal,
            precision: precision
        )
        return Parts(body, keys: keys)
    }

    private func check(
        _ normalization: RegressionModel.Normalization,
        classes: Int,
        isOrdinal: Bool
    ) throws(ModelDefect) {
        let fits =
            switch (normalization, classes) {
            case (.none, _): true
            case (.simplemax, let count): count > 0 && !isOrdinal
            case (.exp, let count): count == 0
            case (.softmax, let count): count == 0 || !isOrdinal
            case (.logit, _): true
            case (_, let count): count == 0 || count == 2 || isOrdinal
            }
        guard fits else { throw element.defect("normalizationMethod \(normalization.rawValue) does not fit the model") }
    }

    func regressionTable(_ table: XMLElement, _ precision: Precision) throws(ModelDefect) -> RegressionTable {
        var result = RegressionTable()
        result.intercept = precision.rounded(try table.requiredNumber("intercept"))
        for predictor in table.children {
            switch predictor.name {
            case "NumericPredictor":
                let exponent = try predictor.integer("exponent") ?? 1
                guard abs(exponent) <= PMMLLimits.exponentMax else { throw predictor.defect("exponent is \(exponent)") }
                result.numeric.append(
                    RegressionTable.Numeric(
                        slot: try scope.slot(predictor.fieldName("name"), at: predictor),
                        exponent: Int32(exponent),
                        coefficient: precision.rounded(try predictor.requiredNumber("coefficient"))
                    )
                )
            case "CategoricalPredictor": try add(predictor, to: &result, precision)
            case "PredictorTerm":
                var factors: [Expression] = []
                for factor in predictor.children("FieldRef") { factors.append(try expressions.expression(factor)) }
                let coefficient = precision.rounded(try predictor.requiredNumber("coefficient"))
                result.terms.append(RegressionTable.Term(factors: factors, coefficient: coefficient))
            default: break
            }
        }
        return result
    }

    /// Only the first of a field's entries that are alike counts.
    private func add(
        _ predictor: XMLElement,
        to table: inout RegressionTable,
        _ precision: Precision
    ) throws(ModelDefect) {
        let slot = try scope.slot(predictor.fieldName("name"), at: predictor)
        let value = try builder.comparand(predictor.required("value"), of: builder.type(of: slot).data, at: predictor)
        let coefficient = precision.rounded(try predictor.requiredNumber("coefficient"))
        if table.categorical.last?.slot != slot {
            table.categorical.append(RegressionTable.Categorical(slot: slot, coefficients: [:]))
        }
        let last = table.categorical.count - 1
        if table.categorical[last].coefficients[value] == nil {
            table.categorical[last].coefficients[value] = coefficient
        }
    }
}
