import GRPC
import ModelServer
import Prediction

extension FuzzTarget {
    /// A ModelInferRequest, from its bytes to a model's rows.
    static let protobuf = FuzzTarget("protobuf") { bytes in
        var decoder = InferMessageDecoder()
        var request = InferRequest()
        var batch = Batch()
        do {
            _ = try decoder.decode(bytes, into: &request)
            try request.moveRows(to: &batch)
        } catch {
            // Refusing is the other good end.
            precondition(GRPCStatus(of: error).code != .ok)
        }
    }
}
