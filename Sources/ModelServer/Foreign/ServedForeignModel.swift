import Base
import Prediction
package import Python

/// A model that a Python worker answers for, under the name by which clients ask for it.
package final class ServedForeignModel: Sendable {
    /// The name in paths and answers.
    package let name: String
    /// Answers by its worker.
    package let model: PythonModel
    /// Asks the worker, which answers one request after the other.
    package let threads: ModelThreads
    /// Where its requests are counted.
    package let metrics: ModelMetrics

    package init(name: String, model: PythonModel, metrics: ModelMetrics) {
        self.name = name
        self.model = model
        self.metrics = metrics
        threads = ModelThreads(name: "ask-python", count: 1)
    }
}

// On a thread of the model.
extension ServedForeignModel {
    /// Asks for the predictions of a version 1 body, as JSON; blocks until they are there.
    func predict(_ body: [UInt8]) -> LaterOutcome<[UInt8]> {
        let began = SystemTime().monotonic()
        do throws(PredictionFault) {
            return LaterOutcome(.success(try model.predict(body)), since: began)
        } catch {
            return LaterOutcome(.failure(error), since: began)
        }
    }

    /// Asks for the answer to tensors; blocks until it is there.
    func infer(_ question: ForeignQuestion) -> LaterOutcome<[NamedTensor]> {
        let began = SystemTime().monotonic()
        do throws(PredictionFault) {
            let answer = try model.infer(question.tensors, isFrame: question.isFrame, elements: question.elements)
            let tensors = try ForeignAnswer.tensors(answer.tensors, answer.elements)
            return LaterOutcome(.success(tensors), since: began)
        } catch {
            return LaterOutcome(.failure(error), since: began)
        }
    }
}
