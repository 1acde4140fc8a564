package import Prediction

/// Storage that one thread uses for all its requests, whatever protocol carries them.
package final class Workspace {
    /// The rows on their way through a model.
    package var batch = Batch()
    /// What the model answered.
    package var answer = Answer()
    /// The request of version 2.
    package var request = InferRequest()
    /// Counts rows and answers for monitors; nil where there can be none.
    var watcher: RequestWatcher?
    /// Requests to models of tensors that are answered, for those to come.
    private var jobs: [TensorJob] = []

    package init() {}

    /// Gives large storage back: one large request must not cost a replica its memory for ever.
    package func forgetLargeStorage() {
        let most = ModelServerLimits.keptCapacityMax
        if batch.values.capacity > most || batch.texts.utf8.capacity > most {
            batch = Batch()
            answer = Answer()
        }
        if request.numbers.capacity > most || request.texts.utf8.capacity > most || request.names.capacity > most {
            request = InferRequest()
        }
    }

    /// A job, used before or new.
    func takeJob() -> TensorJob { jobs.popLast() ?? TensorJob() }

    /// Keeps a job that is done for the next request, unless it has grown large.
    func keepJob(_ job: TensorJob) {
        if job.clear() { jobs.append(job) }
    }
}
