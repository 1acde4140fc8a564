import Net
import Prediction
import Statistics

// Models that answer later: what was asked is looked at when the answer is there.
extension RequestWatcher {
    /// A request to a model of tensors.
    func take(_ job: TensorJob, of model: ServedTensorModel, _ exchange: HTTPExchange) {
        guard isWatching(model.name) else { return }
        let inputs = model.inputs.enumerated().compactMap { place, input in
            place < job.batch.count ? job.batch[place].columns(input) : nil
        }
        var output: TensorColumns?
        if let place = job.wanted.first, let value = job.answer.values.first, case .tensor(let tensor) = value {
            output = TensorColumns(model.outputs[place].name, tensor)
        }
        take(inputs, output, exchange, id: job.request.id.map { job.request.names[$0] })
    }
}

extension Workspace {
    /// A version 1 request to a model that a worker answers for; rows that are none are not counted.
    func watch(_ asked: [UInt8], _ predictions: [UInt8], of model: ServedForeignModel, _ exchange: HTTPExchange) {
        guard let watcher, watcher.isWatching(model.name) else { return }
        let areRows = asked.withUnsafeBytes { body -> Bool in
            do throws(RequestDefect) {
                try V1Decoder.decode(body, keepingTexts: true, into: &batch)
                return true
            } catch {
                return false
            }
        }
        guard areRows else { return }
        watcher.take(self, TensorColumns(predictions: predictions), exchange)
        forgetLargeStorage()
    }

    /// A version 2 request to a model that a worker answers for.
    func watch(
        _ question: ForeignQuestion,
        _ answer: [NamedTensor],
        id: [UInt8]?,
        of model: ServedForeignModel,
        _ exchange: HTTPExchange
    ) {
        guard let watcher, watcher.isWatching(model.name) else { return }
        let asked: [NamedTensor]
        do throws(PredictionFault) {
            asked = try ForeignAnswer.tensors(question.tensors, question.elements)
        } catch {
            return  // the worker could read what is no tensor here: there is nothing to count
        }
        let inputs = asked.compactMap { TensorColumns($0.name, $0.tensor) }
        let output = answer.first.flatMap { TensorColumns($0.name, $0.tensor) }
        watcher.take(inputs, output, exchange, id: id.map { $0[...] })
    }
}
