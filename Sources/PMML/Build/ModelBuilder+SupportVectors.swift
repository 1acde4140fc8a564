import Prediction

/// Support vector machines.
extension ModelBuilder {
    func supportVectorMachine() throws(ModelDefect) -> Parts {
        try require(.regression, .classification)
        guard element.attribute("svmRepresentation") ?? "SupportVectors" == "SupportVectors" else {
            throw element.unsupported("svmRepresentation \(element.attribute("svmRepresentation") ?? "")")
        }
        let precision = Precision(isSingle: isSingle)
        let dictionary = try element.requiredChild("VectorDictionary")
        let fields = try vectorFields(dictionary)
        var names: [String: Int32] = [:]
        var vectors: [Double] = []
        for vector in dictionary.children("VectorInstance") {
            names[try vector.required("id")] = Int32(names.count)
            vectors += try vector.arrayOfNumbers(count: fields.count).map(precision.rounded)
            guard vectors.count == names.count * fields.count else { throw vector.defect("id is another one's too") }
        }
        try builder.count(numbers: vectors.count, at: dictionary)
        var keys = KeyList()
        var machines: [SupportVectorMachineModel.Machine] = []
        for machine in element.children("SupportVectorMachine") {
            machines.append(try self.machine(machine, names, &keys, precision))
        }
        guard function == .classification ? !machines.isEmpty : machines.count == 1 else {
            throw element.defect("has \(machines.count) machines for \(function.rawValue)")
        }
        let method = try classificationMethod()
        guard method == "OneAgainstAll" || method == "OneAgainstOne" else {
            throw element.defect("classificationMethod is unknown: \(method.prefix(64))")
        }
        let body = SupportVectorMachineModel(
            fields: fields,
            kernel: try kernel(),
            vectors: vectors,
            machines: machines,
            isClassification: function == .classification,
            isOneAgainstAll: method == "OneAgainstAll",
            isRounded: element.attribute("alternateBinaryTargetCategory") != nil,
            precision: precision,
            firstKernel: builder.addScores(names.count)
        )
        return Parts(body, keys: keys.values)
    }

    /// The method, which is told by the machines where the model does not say it.
    private func classificationMethod() throws(ModelDefect) -> String {
        if let method = element.attribute("classificationMethod") { return method }
        if element.attribute("alternateBinaryTargetCategory") != nil { return "OneAgainstOne" }
        let hasOthers = element.children("SupportVectorMachine").contains {
            $0.attribute("alternateTargetCategory") != nil
        }
        return hasOthers ? "OneAgainstOne" : "OneAgainstAll"
    }

    private func vectorFields(_ dictionary: XMLElement) throws(ModelDefect) -> [Expression] {
        var fields: [Expression] = []
        for field in try dictionary.requiredChild("VectorFields").children {
            switch field.name {
            case "FieldRef": fields.append(try expressions.expression(field))
            case "CategoricalPredictor":
                let slot = try scope.slot(field.fieldName("name"), at: field)
                let value = try builder.comparand(field.required("value"), of: builder.type(of: slot).data, at: field)
                fields.append(.normDiscrete(slot, value, missing: .missing))
            case "Extension": continue
            default: throw field.unsupported(field.name)
            }
        }
        return fields
    }

    private func machine(
        _ machine: XMLElement,
        _ names: [String: Int32],
        _ keys: inout KeyList,
        _ precision: Precision
    ) throws(ModelDefect) -> SupportVectorMachineModel.Machine {
        let coefficients = try machine.requiredChild("Coefficients")
        let weights = try coefficients.children("Coefficient").map { coefficient throws(ModelDefect) in
            try coefficient.number("value") ?? 0
        }
        let vectors = machine.child("SupportVectors")?.children("SupportVector") ?? []
        guard vectors.count == weights.count else {
            throw machine.defect("has \(weights.count) coefficients and \(vectors.count) vectors")
        }
        var pairs: [(vector: Int32, weight: Double)] = []
        for (vector, weight) in zip(vectors, weights) {
            let name = try vector.required("vectorId")
            guard let index = names[name] else { throw vector.defect("vectorId is none: \(name.prefix(64))") }
            pairs.append((index, precision.rounded(weight)))
        }
        var (below, above) = (0, 0)
        if function == .classification {
            below = keys.index(of: try category("targetCategory", of: machine))
            if machine.attribute("alternateTargetCategory") != nil {
                above = keys.index(of: try category("alternateTargetCategory", of: machine))
            } else if element.attribute("alternateBinaryTargetCategory") != nil {
                above = keys.index(of: try category("alternateBinaryTargetCategory", of: element))
            } else if try classificationMethod() == "OneAgainstOne" {
                throw machine.defect("has no alternateTargetCategory")
            }
        }
        return SupportVectorMachineModel.Machine(
            coefficients: pairs,
            constant: precision.rounded(try coefficients.number("absoluteValue") ?? 0),
            below: below,
            above: above,
            threshold: try own("threshold", machine) ?? 0
        )
    }

    private func kernel() throws(ModelDefect) -> SupportVectorMachineModel.Kernel {
        let names: Set<String> = [
            "LinearKernelType", "PolynomialKernelType", "RadialBasisKernelType", "SigmoidKernelType",
        ]
        guard let kernel = element.child(among: names) else { throw element.defect("has no kernel") }
        let gamma = try kernel.number("gamma") ?? 1
        let constant = try kernel.number("coef0") ?? (kernel.name == "PolynomialKernelType" ? 1 : 0)
        switch kernel.name {
        case "LinearKernelType": return .linear
        case "PolynomialKernelType":
            return .polynomial(gamma: gamma, constant: constant, degree: try kernel.number("degree") ?? 1)
        case "RadialBasisKernelType": return .radialBasis(gamma: gamma)
        default: return .sigmoid(gamma: gamma, constant: try kernel.number("coef0") ?? 1)
        }
    }
}
