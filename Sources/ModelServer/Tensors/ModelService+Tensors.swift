import Base
import Net
import Prediction

/// Predictions and inferences of models of tensors: Decode → Predict → Encode, like those of rows.
///
/// A small model answers on the loop's thread. One that takes its time answers on threads of its own, and the loop goes
/// on with other requests meanwhile.
extension ModelService {
    /// Version 1.
    func predict(_ exchange: HTTPExchange, _ model: ServedTensorModel, _ body: UnsafeRawBufferPointer) {
        work(exchange, model) { service, job throws(RequestDefect) in
            job.event = try service.event(answering: exchange, body, model: model.name)
            job.wanted = model.told
            job.request.id = nil
            try TensorV1Decoder.decode(body, for: model, into: &job.batch)
        } encode: { service, exchange, job throws(RequestDefect) in
            let response = TensorV1Response(model: model, answer: job.answer, version: service.context.version)
            service.answering(exchange, model.name, job.times)
            service.respond(exchange, job.event) { response.write(into: &$0) }
        }
    }

    /// Version 2.
    func infer(_ exchange: HTTPExchange, _ model: ServedTensorModel, _ body: UnsafeRawBufferPointer) {
        work(exchange, model) { _, job throws(RequestDefect) in
            let jsonLength = try ModelService.jsonLength(exchange, body)
            do throws(RequestDefect) {
                try InferDecoder.decode(body, jsonLength: jsonLength, readingElements: false, into: &job.request)
            } catch {
                throw jsonLength == nil ? error.asSchema : error
            }
            job.wanted = try job.request.wantedOutputs(of: model)
            try job.request.moveTensors(to: &job.batch, of: model)
        } encode: { service, exchange, job throws(RequestDefect) in
            let response = try TensorResponse(job, of: model, service.context.version)
            service.answering(exchange, model.name, job.times)
            service.respond(exchange, response)
        }
    }

    private typealias Encode = (ModelService, HTTPExchange, TensorJob) throws(RequestDefect) -> Void

    private func work(
        _ exchange: HTTPExchange,
        _ model: ServedTensorModel,
        _ decode: (ModelService, TensorJob) throws(RequestDefect) -> Void,
        encode: @escaping Encode
    ) {
        let job = workspace.takeJob()
        job.times.received = context.time.monotonic()
        do throws(RequestDefect) {
            try decode(self, job)
        } catch {
            workspace.keepJob(job)
            return refuse(exchange, error)
        }
        job.times.decoded = context.time.monotonic()
        guard let threads = model.threads else {
            return finish(exchange, model, job, job.run(model, context.time), encode)
        }
        job.batch.keepBytes()
        let time = context.time
        answerLater(exchange, by: threads, { job.run(model, time) }) { service, exchange, fault in
            service.finish(exchange, model, job, fault, encode)
        }
    }

    private func finish(
        _ exchange: HTTPExchange,
        _ model: ServedTensorModel,
        _ job: TensorJob,
        _ fault: PredictionFault?,
        _ encode: Encode
    ) {
        defer { workspace.keepJob(job) }
        if let fault { return refuse(exchange, RequestDefect(fault)) }
        workspace.watcher?.take(job, of: model, exchange)
        do throws(RequestDefect) {
            try encode(self, exchange, job)
        } catch {
            return refuse(exchange, error)
        }
        finish(model.metrics, job.times)
    }
}
