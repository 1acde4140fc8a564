import Base
package import GRPC
import Prediction

/// How what went wrong is told over gRPC, as KServe's servers do.
extension GRPCStatus {
    /// The status of an error of the room's own, or of those below.
    package init(of error: any Error) {
        switch error {
        case let status as GRPCStatus: self = status
        case let defect as ProtobufDefect: self.init(defect)
        case let defect as RequestDefect: self.init(GRPCStatus.code(of: defect.kind), defect.text)
        case let defect as InputDefect: self.init(.invalidArgument, defect.what)
        default: self.init(.internal, "Internal server error")
        }
    }

    private static func code(of kind: RequestDefect.Kind) -> Code {
        switch kind {
        case .unknownModel: .notFound
        case .notReady: .unavailable
        case .notImplemented: .unimplemented
        case .failed: .internal
        default: .invalidArgument
        }
    }
}
