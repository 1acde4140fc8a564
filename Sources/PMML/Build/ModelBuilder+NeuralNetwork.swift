import Prediction

/// Neural networks.
extension ModelBuilder {
    func neuralNetwork() throws(ModelDefect) -> Parts {
        try require(.regression, .classification)
        var ids: [String: Int32] = [:]
        var inputs: [Expression] = []
        for input in try element.requiredChild("NeuralInputs").children("NeuralInput") {
            try add(input, to: &ids)
            let field = try input.requiredChild("DerivedField")
            inputs.append(.field(try expressions.derivedField(field), missing: .missing))
        }
        var layers: [NeuralNetwork.Layer] = []
        for layer in element.children("NeuralLayer") { layers.append(try self.layer(layer, &ids)) }
        var keys = KeyList()
        var outputs: [Int32] = []
        var scale: NormContinuous?
        for output in try element.requiredChild("NeuralOutputs").children("NeuralOutput") {
            let name = try output.required("outputNeuron")
            guard let neuron = ids[name] else { throw output.defect("outputNeuron is none: \(name.prefix(64))") }
            let meaning = try outputExpression(output)
            if function == .classification {
                guard meaning.name == "NormDiscrete" else { throw meaning.unsupported("\(meaning.name) of a class") }
                guard keys.index(of: try category("value", of: meaning)) == outputs.count else {
                    throw meaning.defect("is a second one of its class")
                }
            } else {
                scale = meaning.name == "NormContinuous" ? try targetScale(meaning) : nil
            }
            outputs.append(neuron)
        }
        guard function == .classification ? outputs.count > 0 : outputs.count == 1 else {
            throw element.unsupported("a network of \(outputs.count) outputs for \(function.rawValue)")
        }
        let body = NeuralNetwork(
            inputs: inputs,
            layers: layers,
            firstNeuron: builder.addScores(ids.count),
            outputs: outputs,
            scale: scale,
            isClassification: function == .classification,
            precision: Precision(isSingle: isSingle)
        )
        return Parts(body, keys: keys.values)
    }

    private func add(_ neuron: XMLElement, to ids: inout [String: Int32]) throws(ModelDefect) {
        let id = try neuron.required("id")
        guard ids.updateValue(Int32(ids.count), forKey: id) == nil else {
            throw neuron.defect("id is another one's too: \(id.prefix(64))")
        }
    }

    private func layer(_ layer: XMLElement, _ ids: inout [String: Int32]) throws(ModelDefect) -> NeuralNetwork.Layer {
        let common: NeuralNetwork.Activation = try element.word("activationFunction", default: .identity)
        let activation = try layer.word("activationFunction", default: common)
        let normalization: NeuralNetwork.Normalization = try element.word(
            "normalizationMethod",
            default: NeuralNetwork.Normalization.none
        )
        let width = try own("width", layer)
        let altitude = try own("altitude", layer) ?? 1
        let before = ids
        var neurons: [NeuralNetwork.Neuron] = []
        for neuron in layer.children("Neuron") {
            try add(neuron, to: &ids)
            let ownWidth = try neuron.number("width") ?? width
            guard activation != .radialBasis || ownWidth != nil else { throw neuron.defect("has no width") }
            neurons.append(
                NeuralNetwork.Neuron(
                    connections: try connections(neuron, before),
                    bias: try neuron.number("bias") ?? 0,
                    width: ownWidth ?? 1,
                    altitude: try neuron.number("altitude") ?? altitude
                )
            )
        }
        return NeuralNetwork.Layer(
            neurons: neurons,
            activation: activation,
            normalization: try layer.word("normalizationMethod", default: normalization),
            threshold: try own("threshold", layer) ?? 0,
            leakage: try own("leakage", layer)
        )
    }

    /// A number that an element inside the model says, or the model for all of them.
    func own(_ name: String, _ inner: XMLElement) throws(ModelDefect) -> Double? {
        if let number = try inner.number(name) { return number }
        return try element.number(name)
    }

    /// Only neurons of the layers before can be connected: no network goes in circles.
    private func connections(
        _ neuron: XMLElement,
        _ ids: [String: Int32]
    ) throws(ModelDefect) -> [(from: Int32, weight: Double)] {
        let precision = Precision(isSingle: isSingle)
        var connections: [(from: Int32, weight: Double)] = []
        for connection in neuron.children("Con") {
            let name = try connection.required("from")
            guard let from = ids[name] else { throw connection.defect("from is none before it: \(name.prefix(64))") }
            connections.append((from, precision.rounded(try connection.requiredNumber("weight"))))
        }
        try builder.count(numbers: connections.count, at: neuron)
        return connections
    }

    /// What an output neuron means, looked up where it is a derived field of its own.
    private func outputExpression(_ output: XMLElement) throws(ModelDefect) -> XMLElement {
        let field = try output.requiredChild("DerivedField")
        guard let inner = field.child(among: ExpressionBuilder.elements) else {
            throw field.defect("has no expression")
        }
        guard inner.name == "FieldRef", let derived = scope.derivedElement(try inner.required("field")),
            let expression = derived.child(among: ExpressionBuilder.elements)
        else { return inner }
        return expression
    }

    /// The points between which the target's numbers were scaled; the field is the target, which no row brings.
    private func targetScale(_ norm: XMLElement) throws(ModelDefect) -> NormContinuous {
        var points: [(from: Double, to: Double)] = []
        for point in norm.children("LinearNorm") {
            points.append((try point.requiredNumber("orig"), try point.requiredNumber("norm")))
        }
        guard points.count >= 2 else { throw norm.defect("has \(points.count) elements LinearNorm, two are needed") }
        return NormContinuous(slot: 0, points: points, outlierTreatment: .asIs, missing: .missing)
    }
}
