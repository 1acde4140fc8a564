import Base
import ModelServer
import Prediction

extension FuzzTarget {
    /// The body of a version 1 request, which fills a batch.
    static let v1Body = FuzzTarget("v1-body") { bytes in
        var batch = Batch()
        do {
            try V1Decoder.decode(bytes, into: &batch)
            check(batch)
        } catch {
            // Refusing is the other good end.
        }
    }

    /// The body of a version 2 request, JSON and the raw tensors behind it: the first byte tells how much is JSON.
    static let v2Body = FuzzTarget("v2-body") { bytes in
        guard let share = bytes.first.map(Int.init) else { return }
        let body = UnsafeRawBufferPointer(rebasing: bytes.dropFirst())
        var request = InferRequest()
        var batch = Batch()
        do {
            try InferDecoder.decode(body, jsonLength: share == 0 ? nil : body.count * share / 255, into: &request)
            try request.moveRows(to: &batch)
            check(batch)
        } catch {
            // Refusing is the other good end.
        }
    }

    /// A manifest of MLflow's, as YAML.
    static let yaml = FuzzTarget("yaml") { bytes in
        guard let documents = try? YAML.parse(Array(bytes)) else { return }
        for document in documents { _ = document.text }
    }

    /// A batch of numbers holds as many as it says.
    private static func check(_ batch: borrowing Batch) {
        precondition(batch.content != .numbers || batch.values.count == batch.rows * batch.columns)
    }
}
