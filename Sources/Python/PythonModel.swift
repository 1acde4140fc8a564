package import Base
package import Prediction

/// A model that a worker answers for, with the library that made it.
///
/// May be asked by one thread at a time; a worker that ends meanwhile is started again by itself.
package final class PythonModel: Sendable {
    private let keeper: WorkerKeeper
    private let settings: PythonSettings
    /// What the worker says of the model's rows: an object for each tensor, with name, datatype, shape and column names.
    package let inputs: [JSON]

    /// Starts a worker and waits until it has loaded the model; throws with what is missing or wrong.
    package init(
        _ model: ForeignModel,
        _ settings: PythonSettings,
        time: any TimeSource = SystemTime()
    ) throws(ModelDefect) {
        self.settings = settings
        keeper = WorkerKeeper(model, settings, time: time)
        do throws(WorkerDown) {
            inputs = try keeper.start()["inputs"].array ?? []
        } catch {
            throw ModelDefect(at: .file(model.path), what: error.description)
        }
    }

    deinit { keeper.end() }

    /// Ends the worker and waits until it is gone; nobody may ask the model any more.
    package func end() {
        keeper.end()
        keeper.wait()
    }

    /// Why nobody answers now; nil where somebody does.
    package var reasonForSilence: String? {
        do throws(WorkerDown) {
            _ = try keeper.channel()
            return nil
        } catch {
            return error.description
        }
    }

    /// The predictions for a request of version 1, as JSON; `body` is the request's.
    package func predict(_ body: [UInt8]) throws(PredictionFault) -> [UInt8] {
        try ask(WorkerFrame(head: ["do": "predict"], data: body)).data
    }

    /// The answer for tensors: those that `head` tells of, in `elements`; as such a head with the elements behind it.
    package func infer(
        _ tensors: [JSON],
        isFrame: Bool,
        elements: [UInt8]
    ) throws(PredictionFault) -> (tensors: [JSON], elements: [UInt8]) {
        let head: JSON = ["do": "infer", "inputs": .array(tensors), "frame": .bool(isFrame)]
        let answer = try ask(WorkerFrame(head: head, data: elements))
        guard let tensors = answer.head["outputs"].array else { throw PredictionFault(.failed, "no outputs came") }
        return (tensors, answer.data)
    }

    private func ask(_ request: WorkerFrame) throws(PredictionFault) -> WorkerFrame {
        let channel: WorkerChannel
        do throws(WorkerDown) { channel = try keeper.channel() } catch {
            throw PredictionFault(.unavailable, "The model's Python worker is not running: \(error)")
        }
        let answer: WorkerFrame
        do throws(WorkerFault) { answer = try channel.ask(request, within: settings.answerTime) } catch {
            keeper.replace(channel)
            throw PredictionFault(.failed, words(error))
        }
        guard answer.head["ok"].bool == true else {
            let text = answer.head["text"].string ?? "The model's Python worker gave no answer"
            throw PredictionFault(answer.head["error"].string == "input" ? .input : .failed, text)
        }
        return answer
    }

    private func words(_ fault: WorkerFault) -> String {
        switch fault {
        case .gone: "The model's Python worker ended while it answered; it is started again"
        case .late:
            "The model's Python worker did not answer within \(settings.answerTime); it is ended and started again"
        case .malformed(let what): "The model's Python worker cannot be understood: \(what); it is started again"
        }
    }
}
