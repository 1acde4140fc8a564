import Prediction
package import Sklearn

// Estimators of texts.
extension EstimatorBuilder {
    /// Vectorizers and what follows them.
    package static let text: [String: Build] = [
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
}
