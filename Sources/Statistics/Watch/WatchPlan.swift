package import Base

/// What a replica watches of the requests for one model; made by whoever judges, carried out by every replica alike, so
/// that their counts can be added.
package struct WatchPlan: Equatable, Sendable {
    /// Another one where counts would mean something else.
    package let id: String
    /// The name of the model.
    package let model: String
    /// The columns of the rows that come.
    package let features: [WatchedFeature]
    /// What is answered; nil where that is not watched.
    package let prediction: WatchedFeature?
    /// Rows of which a sample is kept as they are.
    package let sampleRows: Int
    /// Rows that are kept as they come, to learn from them what to watch; 0 where that is known.
    package let learntRows: Int
    /// Whether answers are remembered by the ids of their requests, for labels that come later.
    package let keepsAnswers: Bool

    package init(
        id: String,
        model: String,
        features: [WatchedFeature] = [],
        prediction: WatchedFeature? = nil,
        sampleRows: Int = 0,
        learntRows: Int = 0,
        keepsAnswers: Bool = false
    ) {
        self.id = id
        self.model = model
        self.features = features
        self.prediction = prediction
        self.sampleRows = sampleRows
        self.learntRows = learntRows
        self.keepsAnswers = keepsAnswers
    }

    /// All columns, the prediction last.
    package var columns: [WatchedFeature] { features + (prediction.map { [$0] } ?? []) }
    /// Whether it is learnt what to watch.
    package var learns: Bool { learntRows > 0 }

    package var json: JSON {
        var json: JSON = [
            "id": .string(id), "model": .string(model), "features": .array(features.map(\.json)),
            "sampleRows": .int(Int64(sampleRows)), "learntRows": .int(Int64(learntRows)),
            "keepsAnswers": .bool(keepsAnswers),
        ]
        json["prediction"] = prediction?.json ?? .null
        return json
    }

    /// Reads a plan; the fault is told in words.
    package init(_ json: JSON) throws(WatchFault) {
        guard let id = json["id"].string, let model = json["model"].string else {
            throw WatchFault("a plan has an id and a model")
        }
        let list = json["features"].array ?? []
        guard list.count < WatchLimits.featuresMax else {
            throw WatchFault("\(list.count) features, at most \(WatchLimits.featuresMax - 1)")
        }
        var features: [WatchedFeature] = []
        for (place, entry) in list.enumerated() {
            guard let feature = WatchedFeature(entry) else { throw WatchFault("features[\(place)] is none") }
            features.append(feature)
        }
        if !json["prediction"].isNull, WatchedFeature(json["prediction"]) == nil {
            throw WatchFault("prediction is no feature")
        }
        self.init(
            id: id,
            model: model,
            features: features,
            prediction: WatchedFeature(json["prediction"]),
            sampleRows: min(max(0, json["sampleRows"].int ?? 0), WatchLimits.sampleRowsMax),
            learntRows: min(max(0, json["learntRows"].int ?? 0), WatchLimits.learntRowsMax),
            keepsAnswers: json["keepsAnswers"].bool ?? false
        )
    }
}

/// Why something that was sent about watching cannot be used.
package struct WatchFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
