package import Base

/// The series of a model server, by KServe's names.
struct ModelServerMetrics: Sendable {
    private let preprocess: HistogramFamily
    private let predict: HistogramFamily
    private let explain: HistogramFamily
    private let postprocess: HistogramFamily

    init(_ registry: MetricRegistry) {
        func family(_ name: String, _ help: String) -> HistogramFamily {
            registry.histogram(name, help, labels: ["model_name"])
        }
        preprocess = family("request_preprocess_seconds", "pre-process request latency")
        postprocess = family("request_postprocess_seconds", "post-process request latency")
        predict = family("request_predict_seconds", "predict request latency")
        explain = family("request_explain_seconds", "explain request latency")
    }

    /// The series of one model.
    func of(model name: String) -> ModelMetrics {
        ModelMetrics(
            preprocess: preprocess.with(name),
            predict: predict.with(name),
            postprocess: postprocess.with(name)
        )
    }

    /// Ends the series of a model that is gone.
    func forget(model name: String) {
        for family in [preprocess, predict, explain, postprocess] { family.remove(name) }
    }
}

/// The series of one model.
package struct ModelMetrics: Sendable {
    /// Time in which requests became rows.
    package let preprocess: Histogram
    /// Time in the model.
    package let predict: Histogram
    /// Time in which answers were written.
    package let postprocess: Histogram
}
