import Base
import GRPC
import Net
import Prediction

extension InferenceCalls {
    /// Asks a model of tensors: at once, or on its own threads while the call waits.
    func infer(
        _ request: borrowing GRPCRequest,
        _ model: ServedTensorModel,
        received: Instant,
        _ writer: inout ProtobufWriter
    ) throws {
        let job = workspace.takeJob()
        job.times.received = received
        do {
            // Elements that were read as those of rows have lost what rows do not need.
            _ = try decoder.decode(request.message, readingElements: false, into: &job.request)
            job.wanted = try job.request.wantedOutputs(of: model)
            try job.request.moveTensors(to: &job.batch, of: model)
        } catch {
            workspace.keepJob(job)
            throw error
        }
        let time = context.time
        job.times.decoded = time.monotonic()
        guard let threads = model.threads else {
            defer { workspace.keepJob(job) }
            return try finish(job, job.run(model, time), model, request.exchange) { $0.write(id: $1, into: &writer) }
        }
        job.batch.keepBytes()
        let later = LaterCall(calls: self, call: request.answerLater())
        guard let loop = later.call.loop else { return }
        let isTaken = threads.add {
            let fault = job.run(model, time)
            loop.execute { later.calls.finish(later.call, job, fault, model) }
        }
        guard !isTaken else { return }
        workspace.keepJob(job)
        throw RequestDefect.tooManyWait
    }

    private func finish(
        _ call: GRPCLaterCall,
        _ job: TensorJob,
        _ fault: PredictionFault?,
        _ model: ServedTensorModel
    ) {
        defer { workspace.keepJob(job) }
        guard let exchange = call.waiting else { return }
        do {
            try finish(job, fault, model, exchange) { response, id in call.answer { response.write(id: id, into: &$0) }
            }
        } catch {
            call.fail(GRPCStatus(of: error))
        }
    }

    private func finish(
        _ job: TensorJob,
        _ fault: PredictionFault?,
        _ model: ServedTensorModel,
        _ exchange: HTTPExchange,
        _ write: (TensorResponse, _ id: String) -> Void
    ) throws {
        if let fault { throw RequestDefect(fault) }
        workspace.watcher?.take(job, of: model, exchange)
        let response = try TensorResponse(job, of: model, context.version)
        spans?.answering(exchange, model.name, job.times)
        logs?.answering(exchange)
        write(response, job.request.id.map(job.request.text) ?? RandomName.uuid())
        let written = context.time.monotonic()
        model.metrics.observe(job.times, written: written)
        logs?.predicted(job.times, written: written)
    }
}
