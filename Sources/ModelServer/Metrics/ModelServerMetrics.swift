package import Base

/// The series of a model server's models, by KServe's names where it has them.
package struct ModelServerMetrics: Sendable {
    private let preprocess: HistogramFamily
    private let predict: HistogramFamily
    private let explain: HistogramFamily
    private let postprocess: HistogramFamily
    private let loads: CounterFamily
    private let loadDurations: GaugeFamily

    /// - Parameter countsRequests: false tells nobody of requests.
    package init(_ registry: MetricRegistry, countsRequests: Bool = true) {
        let told = countsRequests ? registry : MetricRegistry()
        func family(_ name: String, _ help: String) -> HistogramFamily {
            told.histogram(name, help, labels: ["model_name"])
        }
        preprocess = family("request_preprocess_seconds", "pre-process request latency")
        postprocess = family("request_postprocess_seconds", "post-process request latency")
        predict = family("request_predict_seconds", "predict request latency")
        explain = family("request_explain_seconds", "explain request latency")
        loads = registry.counter(
            "roost_model_loads_total",
            "Loads of a model by how they ended.",
            labels: ["model_name", "result"]
        )
        loadDurations = registry.gauge(
            "roost_model_load_duration_seconds",
            "What the last load of a model took.",
            labels: ["model_name"]
        )
    }

    /// The series of one model.
    func of(model name: String) -> ModelMetrics {
        ModelMetrics(
            preprocess: preprocess.with(name),
            predict: predict.with(name),
            postprocess: postprocess.with(name)
        )
    }

    /// Counts that somebody tried to load a model.
    func countLoad(of model: String, succeeded: Bool, _ took: Duration) {
        loads.with(model, succeeded ? "loaded" : "failed").add()
        loadDurations.with(model).set(took.seconds)
    }

    /// Ends the series of a model that is gone.
    func forget(model name: String) {
        for family in [preprocess, predict, explain, postprocess] { family.remove(name) }
        for result in ["loaded", "failed"] { loads.remove(name, result) }
        loadDurations.remove(name)
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

extension ModelRepository {
    /// Writes where each model stands.
    func writeStates(into writer: inout ExpositionWriter) {
        writer.family("roost_model_state", "1 for the state that a model is in, 0 for the others.", .gauge)
        for entry in index.prefix(MetricLimits.seriesMax) where entry.isKnown {
            for state in Entry.State.allCases {
                let labels = [(name: "model_name", value: entry.name), (name: "state", value: state.rawValue)]
                writer.sample(labels, entry.state == state ? 1 : 0)
            }
        }
    }
}
