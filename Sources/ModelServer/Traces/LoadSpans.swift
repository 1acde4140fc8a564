import Base
import Prediction
import Synchronization
import Telemetry

/// Spans of models that are loaded, each a trace of its own: kept whatever the sampler says, unless it keeps nothing.
final class LoadSpans: Sendable {
    private let tracer: Mutex<Tracer>
    private let time: any TimeSource

    init(_ tracing: Tracing, _ time: any TimeSource) {
        tracer = Mutex(tracing.makeTracer())
        self.time = time
    }

    /// Loads the model in a folder, and takes the time.
    func load(_ folder: String, by loader: ModelLoader) throws(ModelDefect) -> ServableModel {
        let start = time.monotonic()
        do throws(ModelDefect) {
            let model = try loader.load(folder: folder)
            record(folder, start, nil)
            return model
        } catch {
            record(folder, start, error.description)
            throw error
        }
    }

    private func record(_ folder: String, _ start: Instant, _ failure: String?) {
        let end = time.monotonic()
        tracer.withLock { tracer in
            var trace = tracer.begin()
            guard tracer.keeps(trace, failed: true, nanoseconds: 0) else { return }
            trace.flags.insert(.sampled)
            var span = Span(answering: trace, name: "model.load", from: start, to: end)
            span.kind = .internal
            span.failure = failure
            tracer.record(span) { $0.set("kserve.model_folder", folder) }
        }
    }
}
