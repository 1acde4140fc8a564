import Base
import GRPC
import Prediction

/// Answers the calls of `inference.GRPCInferenceService` on one loop's thread.
final class InferenceCalls {
    /// The name of the service.
    static let service = "inference.GRPCInferenceService"

    private var view: ModelView
    let context: ServiceContext
    let workspace: Workspace
    let logs: RequestLogs?
    let spans: RequestSpans?
    var decoder = InferMessageDecoder()
    private var encoder = InferMessageEncoder()

    /// Calls that use the storage of `workspace` and write to `logs` and `spans`, as other requests of the loop do.
    init(_ context: ServiceContext, workspace: Workspace, logs: RequestLogs?, spans: RequestSpans?) {
        self.context = context
        self.workspace = workspace
        self.logs = logs
        self.spans = spans
        view = ModelView(context.repository)
    }

    /// The service's methods, the one that is called most first.
    var methods: [GRPCMethod] {
        [
            unary("ModelInfer") { calls, request, writer in try calls.infer(request, &writer) },
            unary("ServerLive") { _, _, writer in writer.set(1, true) },
            unary("ServerReady") { calls, _, writer in writer.set(1, !calls.context.isDraining.isSet) },
            unary("ModelReady") { calls, request, writer in try calls.tellReady(request.message, &writer) },
            unary("ServerMetadata") { _, _, writer in
                writer.set(1, "kserve")
                writer.set(2, ModelServer.version)
                writer.add(3, "model_repository_extension")
            },
            unary("ModelMetadata") { calls, request, writer in try calls.describe(request.message, &writer) },
            unary("RepositoryIndex") { calls, request, writer in try calls.index(request.message, &writer) },
            unary("RepositoryModelUnload") { calls, request, writer in try calls.unload(request.message, &writer) },
            GRPCMethod(
                Self.service,
                "RepositoryModelLoad",
                .streaming { [context] call in LoadCall(call, context.repository) }
            ),
        ]
    }

    private func unary(
        _ name: String,
        _ answer: @escaping (InferenceCalls, borrowing GRPCRequest, inout ProtobufWriter) throws -> Void
    ) -> GRPCMethod {
        GRPCMethod(
            Self.service,
            name,
            .unary { [self] request, writer throws(GRPCStatus) in
                do { try answer(self, request, &writer) } catch { throw GRPCStatus(of: error) }
            }
        )
    }
}

// MARK: - inference

extension InferenceCalls {
    /// Decode → Predict → Encode.
    private func infer(_ request: borrowing GRPCRequest, _ writer: inout ProtobufWriter) throws {
        defer { workspace.forgetLargeStorage() }
        let received = context.time.monotonic()
        let name = try decoder.decode(request.message, into: &workspace.request)
        let model: ServedModel
        switch try view.find(name) {
        case .rows(let found): model = found
        case .tensors(let found): return try infer(request, found, received: received, &writer)
        case .foreign(let found): return try infer(request, found, received: received)
        }
        try workspace.request.moveRows(to: &workspace.batch, keepingTexts: model.keepsTexts)
        let decoded = context.time.monotonic()
        workspace.watcher?.takeRows(workspace, of: model, at: decoded)
        try model.model.predict(&workspace.batch, into: &workspace.answer)
        let times = PhaseTimes(received: received, decoded: decoded, predicted: context.time.monotonic())
        workspace.watcher?.takeAnswers(workspace, of: model, request.exchange)
        try encoder.write(workspace.answer, of: model, context.version, to: workspace.request, into: &writer)
        spans?.answering(request.exchange, model.name, times)
        let written = context.time.monotonic()
        model.metrics.observe(times, written: written)
        guard let logs else { return }
        logs.answering(request.exchange)
        logs.predicted(times, written: written)
    }
}

// MARK: - models

extension InferenceCalls {
    private func tellReady(_ message: UnsafeRawBufferPointer, _ writer: inout ProtobufWriter) throws {
        let name = try ModelRequest(message).bytes
        do throws(RequestDefect) {
            writer.set(1, try view.find(name).reasonForSilence == nil)
        } catch  where error.kind == .notReady {
            writer.set(1, false)
        }
    }

    private func describe(_ message: UnsafeRawBufferPointer, _ writer: inout ProtobufWriter) throws {
        let metadata = ModelMetadata(try view.find(try ModelRequest(message).bytes))
        writer.set(1, metadata.name)
        for tensor in metadata.inputs { writer.add(4) { InferenceCalls.write(tensor, &$0) } }
        for tensor in metadata.outputs { writer.add(5) { InferenceCalls.write(tensor, &$0) } }
    }

    private static func write(_ tensor: ModelMetadata.Tensor, _ writer: inout ProtobufWriter) {
        writer.set(1, tensor.name)
        writer.set(2, tensor.datatype.datatype)
        writer.add(3) { shape in
            for length in tensor.shape { shape.append(varint: UInt64(bitPattern: Int64(length))) }
        }
    }

    private func index(_ message: UnsafeRawBufferPointer, _ writer: inout ProtobufWriter) throws {
        var reader = ProtobufReader(message)
        var onlyReady = false
        while let field = try reader.next() {
            if case (2, .varint(let value)) = (field.number, field.value) { onlyReady = value != 0 }
        }
        for entry in context.repository.index where !onlyReady || entry.state == .ready {
            writer.add(1) { model in
                model.set(1, entry.name)
                model.set(3, entry.state.rawValue)
                model.set(4, entry.reason)
            }
        }
    }

    private func unload(_ message: UnsafeRawBufferPointer, _ writer: inout ProtobufWriter) throws {
        let name = try RepositoryRequest(message).name
        try context.repository.unload(name)
        writer.set(1, name)
        writer.set(2, true)
    }
}
