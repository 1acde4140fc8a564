import Base
import CData
import GRPC
import Net

extension GRPCService {
    /// What a model server serves over gRPC on one loop: inference, health, reflection.
    static func inference(
        _ context: ServiceContext,
        workspace: Workspace,
        logs: RequestLogs?,
        spans: RequestSpans?,
        limits: GRPCLimits,
        health: HealthRegister
    ) throws(ProtobufDefect) -> GRPCService {
        let descriptors = UnsafeRawBufferPointer(
            start: cdata_inference_descriptors_start_address(),
            count: cdata_inference_descriptors_size()
        )
        let methods =
            InferenceCalls(context, workspace: workspace, logs: logs, spans: spans).methods
            + HealthService.methods(health)
        let reflection = try ReflectionService.methods(beside: methods, descriptors: [descriptors])
        return GRPCService(methods: methods + reflection, limits: limits, time: context.time)
    }
}
