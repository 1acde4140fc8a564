import Prediction

/// Models inside a model.
extension ModelBuilder {
    func mining() throws(ModelDefect) -> Parts {
        try require(.regression, .classification, .clustering, .mixed)
        let segmentation = try element.requiredChild("Segmentation")
        let method = try self.method(segmentation)
        let treatment: MiningModel.MissingTreatment = try segmentation.word(
            "missingPredictionTreatment",
            default: .continue
        )
        let threshold = try segmentation.number("missingThreshold") ?? 1
        guard (0...1).contains(threshold) else { throw segmentation.defect("missingThreshold is \(threshold)") }
        var keys = KeyList()
        var segments: [MiningModel.Segment] = []
        for element in segmentation.children("Segment") {
            let segment = try segment(element, number: segments.count + 1, method, &keys)
            segments.append(segment)
            if method == .modelChain || method == .multiModelChain { publish(segment.model) }
        }
        guard !segments.isEmpty else { throw segmentation.defect("has no segments") }
        let body = MiningModel(
            method: method,
            segments: segments,
            missingTreatment: treatment,
            missingThreshold: threshold,
            isClassification: function == .classification || function == .clustering,
            precision: Precision(isSingle: isSingle),
            trees: method.isSelection ? nil : try treeSum(method, segments, keys),
            firstTurn: builder.addScores(keys.count)
        )
        return Parts(body, keys: method.isSelection ? [] : keys.values, entities: segments.map(\.name))
    }

    private func method(_ segmentation: XMLElement) throws(ModelDefect) -> MiningModel.Method {
        var method: MiningModel.Method = try segmentation.word("multipleModelMethod")
        switch method {
        case .oldMedian: method = .median
        case .oldWeightedMedian: method = .weightedMedian
        case .oldWeightedSum: method = .weightedSum
        case .selectAll: throw segmentation.unsupported("multipleModelMethod selectAll")
        default: break
        }
        let fits: Bool =
            switch method {
            case .majorityVote, .weightedMajorityVote: function == .classification || function == .clustering
            case .max: function == .classification
            case .average, .weightedAverage, .median: function == .classification || function == .regression
            case .sum, .weightedSum, .weightedMedian: function == .regression
            default: true
            }
        guard fits else {
            throw segmentation.defect("multipleModelMethod \(method.rawValue) does not fit \(function.rawValue)")
        }
        return method
    }

    private func segment(
        _ segment: XMLElement,
        number: Int,
        _ method: MiningModel.Method,
        _ keys: inout KeyList
    ) throws(ModelDefect) -> MiningModel.Segment {
        let known = ModelBuilder.elements.union(ModelBuilder.refused)
        guard let inner = segment.child(among: known) else { throw segment.defect("has no model") }
        let model = try builder.nested(at: inner) { () throws(ModelDefect) in
            try DocumentBuilder.model(inner, builder, in: scope, for: self)
        }
        if function == .classification || function == .clustering, !method.isSelection {
            for key in model.keys.values + model.body.answers { _ = keys.index(of: key) }
        }
        let weight = try segment.number("weight") ?? 1
        guard weight >= 0 || !method.isWeighted else { throw segment.defect("weight is \(weight)") }
        return MiningModel.Segment(
            predicate: try predicates.predicate(inside: segment),
            model: model,
            weight: weight,
            name: builder.symbols.intern(segment.attribute("id") ?? String(number))
        )
    }

    /// What a model of a chain gives can be seen by those after it.
    private func publish(_ model: ModelProgram) {
        for output in model.outputs { scope.declare(output.name, as: output.slot) }
    }
}
