import Base
import GRPC
import Net
import Prediction

extension InferenceCalls {
    /// Asks the worker of a model; the call waits. The request is in the workspace.
    func infer(_ request: borrowing GRPCRequest, _ model: ServedForeignModel, received: Instant) throws(RequestDefect) {
        let wishes = TensorWishes(workspace.request)
        let question = try ForeignQuestion(&workspace.request)
        let later = LaterCall(calls: self, call: request.answerLater())
        guard let loop = later.call.loop else { return }
        let isTaken = model.threads.add {
            let outcome = model.infer(question)
            loop.execute { later.calls.finish(later.call, model, question, outcome, wishes, received: received) }
        }
        guard !isTaken else { return }
        throw .tooManyWait
    }

    private func finish(
        _ call: GRPCLaterCall,
        _ model: ServedForeignModel,
        _ question: ForeignQuestion,
        _ outcome: LaterOutcome<[NamedTensor]>,
        _ wishes: TensorWishes,
        received: Instant
    ) {
        guard let exchange = call.waiting else { return }
        do throws(RequestDefect) {
            let tensors = try outcome.value()
            let outputs = try wishes.pick(from: tensors, model: model.name)
            workspace.watch(question, tensors, id: wishes.id, of: model, exchange)
            let response = TensorResponse(
                model: model.name,
                version: context.version,
                id: wishes.id,
                outputs: outputs
            )
            let times = outcome.times(since: received)
            spans?.answering(exchange, model.name, times)
            logs?.answering(exchange)
            call.answer {
                response.write(
                    id: response.id.map { String(decoding: $0, as: UTF8.self) } ?? RandomName.uuid(),
                    into: &$0
                )
            }
            let written = context.time.monotonic()
            model.metrics.observe(times, written: written)
            logs?.predicted(times, written: written)
        } catch {
            call.fail(GRPCStatus(of: error))
        }
    }
}

/// A call of gRPC whose outcome is awaited.
final class LaterCall: @unchecked Sendable {
    // Safe: both are used on the loop's thread only.
    let calls: InferenceCalls
    let call: GRPCLaterCall

    init(calls: InferenceCalls, call: GRPCLaterCall) {
        self.calls = calls
        self.call = call
    }
}
