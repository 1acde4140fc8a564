// The estimators that are understood, by family.
extension EstimatorBuilder {
    static let text: [String: Build] = [
        "sklearn.feature_extraction.CountVectorizer": { value, _ throws(ModelDefect) in try TextVectorizer.build(value)
        },
        "sklearn.feature_extraction.HashingVectorizer": { value, _ throws(ModelDefect) in
            try HashingVectorizer.build(value)
        },
        "sklearn.feature_extraction.TfidfTransformer": { value, _ throws(ModelDefect) in
            try TfidfTransformer.build(value)
        },
        "sklearn.feature_extraction.TfidfVectorizer": { value, _ throws(ModelDefect) in
            try TextVectorizer.buildWithTfidf(value)
        },
    ]
    static let composition: [String: Build] = [
        "sklearn.pipeline.FeatureUnion": FeatureUnion.build,
        "sklearn.pipeline.Pipeline": Pipeline.build,
    ]
}
