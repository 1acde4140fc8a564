import Prediction

/// General regression models.
extension ModelBuilder {
    func generalRegression() throws(ModelDefect) -> Parts {
        try require(.regression, .classification)
        let kind: GeneralRegressionModel.Kind = try element.word("modelType")
        let isClassification = function == .classification
        let fits =
            switch kind {
            case .regression, .generalLinear, .CoxRegression: !isClassification
            case .multinomialLogistic, .ordinalMultinomial: isClassification
            case .generalizedLinear: true
            }
        guard fits else {
            throw element.defect("modelType \(kind.rawValue) does not fit functionName \(function.rawValue)")
        }
        let matrix = try parameterMatrix()
        let keys = isClassification ? try classesInOrder(kind, matrix) : []
        var sums: [[GeneralRegressionModel.Cell]] = []
        for key in isClassification ? keys.dropLast().map(Optional.some) : [nil] {
            sums.append(try cells(of: key, kind, matrix, isBinary: keys.count == 2))
        }
        let body = GeneralRegressionModel(
            kind: kind,
            sums: sums,
            link: try link(kind),
            offset: try expression("offset"),
            trials: try expression("trials"),
            hazard: kind == .CoxRegression ? try coxHazard() : nil,
            isClassification: isClassification
        )
        return Parts(body, keys: keys)
    }

    /// The target's classes, the reference last.
    private func classesInOrder(
        _ kind: GeneralRegressionModel.Kind,
        _ matrix: ParameterMatrix
    ) throws(ModelDefect) -> [Value] {
        var classes = target.categories.isEmpty ? matrix.classes.values : target.categories
        if element.attribute("targetReferenceCategory") != nil {
            let reference = try category("targetReferenceCategory", of: element)
            classes.removeAll { $0 == reference }
            classes.append(reference)
        } else if kind != .ordinalMultinomial {
            let others = classes.filter { matrix.own[$0] == nil }
            guard others.count == 1 else { throw element.defect("has no targetReferenceCategory") }
            classes.removeAll { $0 == others[0] }
            classes += others
        }
        guard classes.count >= 2 else { throw element.defect("has \(classes.count) classes, two are needed") }
        return classes
    }

    private func cells(
        of key: Value?,
        _ kind: GeneralRegressionModel.Kind,
        _ matrix: ParameterMatrix,
        isBinary: Bool
    ) throws(ModelDefect) -> [GeneralRegressionModel.Cell] {
        let own = key.flatMap { matrix.own[$0] } ?? []
        let wanted: [XMLElement]
        if kind == .ordinalMultinomial {
            wanted = matrix.shared + own
        } else if key == nil || own.isEmpty && isBinary {
            wanted = matrix.shared
        } else {
            wanted = own
        }
        guard !wanted.isEmpty else { throw element.defect("ParamMatrix has no cells of a class") }
        try builder.count(numbers: wanted.count, at: element)
        var cells: [GeneralRegressionModel.Cell] = []
        for cell in wanted {
            let product = try product(matrix.products[cell.required("parameterName")] ?? [], of: key, matrix)
            cells.append(
                GeneralRegressionModel.Cell(
                    beta: try cell.requiredNumber("beta"),
                    factors: product.factors,
                    covariates: product.covariates
                )
            )
        }
        return cells
    }

    /// The fields that a parameter stands for.
    private func product(
        _ cells: [XMLElement],
        of key: Value?,
        _ matrix: ParameterMatrix
    ) throws(ModelDefect) -> (factors: [GeneralRegressionModel.Factor], covariates: [GeneralRegressionModel.Covariate])
    {
        var factors: [GeneralRegressionModel.Factor] = []
        var covariates: [GeneralRegressionModel.Covariate] = []
        for cell in cells {
            if let key, cell.attribute("targetCategory") != nil, try category("targetCategory", of: cell) != key {
                continue
            }
            let name = try cell.fieldName("predictorName")
            let slot = try scope.slot(name, at: cell)
            let text = try cell.required("value")
            if let factor = matrix.factors[name] {
                factors.append(try self.factor(slot, text, factor, cell))
            } else {
                guard let exponent = Spelling.number(text) else { throw cell.defect("value is no number") }
                covariates.append(GeneralRegressionModel.Covariate(slot: slot, exponent: exponent))
            }
        }
        return (factors, covariates)
    }

    private func factor(
        _ slot: Int32,
        _ text: String,
        _ predictor: XMLElement,
        _ cell: XMLElement
    ) throws(ModelDefect) -> GeneralRegressionModel.Factor {
        let type = builder.type(of: slot).data
        let value = try builder.comparand(text, of: type, at: cell)
        guard let matrix = predictor.child("Matrix") else {
            return GeneralRegressionModel.Factor(slot: slot, contrasts: [value: 1], otherwise: 0)
        }
        var categories: [Value] = []
        for category in try predictor.requiredChild("Categories").children("Category") {
            categories.append(try builder.required(category.required("value"), as: type, at: category))
        }
        guard let column = categories.firstIndex(of: value) else {
            throw cell.defect("value is none of its categories")
        }
        var contrasts: [Value: Double] = [:]
        let rows = matrix.children("Array")
        for (category, row) in zip(categories, rows) {
            let numbers = try row.numbers()
            guard numbers.indices.contains(column) else { throw row.defect("has \(numbers.count) numbers") }
            contrasts[category] = numbers[column]
        }
        guard rows.count == categories.count else { throw matrix.defect("has \(rows.count) rows") }
        return GeneralRegressionModel.Factor(slot: slot, contrasts: contrasts, otherwise: nil)
    }

    private func link(_ kind: GeneralRegressionModel.Kind) throws(ModelDefect) -> LinkFunction {
        var link = LinkFunction()
        switch kind {
        case .generalizedLinear: link.name = try element.word("linkFunction")
        case .ordinalMultinomial: link.name = try element.word("cumulativeLink", default: .logit)
        default: return link
        }
        switch link.name {
        case .negbin: link.parameter = try element.requiredNumber("distParameter")
        case .oddspower, .power: link.parameter = try element.requiredNumber("linkParameter")
        default: break
        }
        return link
    }

    /// A field (`…Variable`) or a number (`…Value`); missing where the model says neither.
    private func expression(_ name: String) throws(ModelDefect) -> Expression {
        if element.attribute(name + "Variable") != nil {
            return .field(try slot(name + "Variable", of: element), missing: .missing)
        }
        return .constant(try element.number(name + "Value").map { .number($0) } ?? .missing)
    }

    private func coxHazard() throws(ModelDefect) -> CoxHazard {
        let tables = try element.requiredChild("BaseCumHazardTables")
        var reference = 0.0
        var points: [String: Double] = [:]
        for parameter in try element.requiredChild("ParameterList").children("Parameter") {
            points[try parameter.required("name")] = try parameter.number("referencePoint") ?? 0
        }
        for cell in try element.requiredChild("ParamMatrix").children("PCell") {
            reference += try cell.requiredNumber("beta") * (points[cell.required("parameterName")] ?? 0)
        }
        let isStratified = element.attribute("baselineStrataVariable") != nil
        let stratum = isStratified ? try slot("baselineStrataVariable", of: element) : nil
        var strata: [Value: CoxHazard.Table] = [:]
        if let stratum {
            for table in tables.children("BaselineStratum") {
                let value = try builder.required(table.required("value"), as: builder.type(of: stratum).data, at: table)
                strata[value] = try hazardTable(table)
            }
        }
        return CoxHazard(
            time: try slot("endTimeVariable", of: element),
            stratum: stratum,
            tables: strata,
            only: isStratified ? nil : try hazardTable(tables),
            reference: reference
        )
    }

    private func hazardTable(_ table: XMLElement) throws(ModelDefect) -> CoxHazard.Table {
        var cells: [(time: Double, hazard: Double)] = []
        for cell in table.children("BaselineCell") {
            cells.append((try cell.requiredNumber("time"), try cell.requiredNumber("cumHazard")))
        }
        cells.sort { $0.time < $1.time }
        return CoxHazard.Table(maxTime: try table.requiredNumber("maxTime"), cells: cells)
    }
}

extension ModelBuilder {
    /// The cells of the model's matrices, by what they are about.
    fileprivate func parameterMatrix() throws(ModelDefect) -> ParameterMatrix {
        var matrix = ParameterMatrix()
        for cell in try element.requiredChild("ParamMatrix").children("PCell") {
            guard cell.attribute("targetCategory") != nil else {
                matrix.shared.append(cell)
                continue
            }
            let key = try category("targetCategory", of: cell)
            _ = matrix.classes.index(of: key)
            matrix.own[key, default: []].append(cell)
        }
        for cell in element.child("PPMatrix")?.children("PPCell") ?? [] {
            matrix.products[try cell.required("parameterName"), default: []].append(cell)
        }
        for predictor in element.child("FactorList")?.children("Predictor") ?? [] {
            matrix.factors[try predictor.fieldName("name")] = predictor
        }
        return matrix
    }
}

private struct ParameterMatrix {
    /// Weights that all classes share, and those of one.
    var shared: [XMLElement] = []
    var own: [Value: [XMLElement]] = [:]
    var classes = KeyList()
    /// What parameters stand for.
    var products: [String: [XMLElement]] = [:]
    var factors: [String: XMLElement] = [:]
}

extension XMLElement {
    /// The field that the element is about, whose attribute was called otherwise before 4.4.
    func fieldName(_ old: String) throws(ModelDefect) -> String {
        try required(attribute(old) == nil ? "field" : old)
    }
}
