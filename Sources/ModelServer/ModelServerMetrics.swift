import Base

/// The series of a model server, by KServe's names.
struct ModelServerMetrics: Sendable {
    let preprocess: Histogram
    let predict: Histogram
    let postprocess: Histogram

    init(_ registry: MetricRegistry, model: String) {
        func histogram(_ name: String, _ help: String) -> Histogram {
            registry.histogram(name, help, labels: ["model_name"]).with(model)
        }
        preprocess = histogram("request_preprocess_seconds", "pre-process request latency")
        predict = histogram("request_predict_seconds", "predict request latency")
        postprocess = histogram("request_postprocess_seconds", "post-process request latency")
    }
}
