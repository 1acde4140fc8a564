import Base
import KServeModel
import KubeModel
import Testing

@Suite struct RuntimeSelectionTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let predictor: String
        let selected: String?
        var testDescription: String { predictor }
    }

    /// With the runtimes as shipped.
    @Test(arguments: [
        Case(predictor: "sklearn: {}", selected: "kserve-sklearnserver"),
        Case(predictor: "sklearn: {protocolVersion: v2}", selected: "kserve-mlserver"),
        Case(
            predictor: "model: {modelFormat: {name: sklearn, version: '1'}, protocolVersion: v2}",
            selected: "kserve-mlserver"
        ),
        Case(predictor: "model: {modelFormat: {name: sklearn, version: '0'}}", selected: nil),
        Case(predictor: "model: {modelFormat: {name: sklearn, version: '1.0'}}", selected: nil),
        Case(predictor: "sklearn: {protocolVersion: grpc-v2}", selected: nil),
        Case(predictor: "xgboost: {}", selected: "kserve-xgbserver"),
        Case(predictor: "model: {modelFormat: {name: xgboost, version: '1'}}", selected: nil),
        Case(predictor: "lightgbm: {protocolVersion: v2}", selected: "kserve-mlserver"),
        Case(predictor: "tensorflow: {}", selected: "kserve-tensorflow-serving"),
        Case(predictor: "tensorflow: {protocolVersion: v2}", selected: "kserve-tritonserver"),
        Case(predictor: "pytorch: {}", selected: "kserve-torchserve"),
        Case(predictor: "pytorch: {protocolVersion: v2}", selected: "kserve-torchserve"),
        Case(predictor: "onnx: {}", selected: "roost-onnxserver"),
        Case(predictor: "model: {modelFormat: {name: onnx}}", selected: "roost-onnxserver"),
        Case(
            predictor: "model: {modelFormat: {name: triton, version: '2'}, protocolVersion: v2}",
            selected: "kserve-tritonserver"
        ),
        Case(predictor: "huggingface: {}", selected: "kserve-huggingfaceserver"),
        Case(predictor: "{huggingface: {}, workerSpec: {}}", selected: "kserve-huggingfaceserver-multinode"),
        Case(predictor: "model: {modelFormat: {name: vLLM}}", selected: "kserve-vllmserver"),
        Case(predictor: "model: {modelFormat: {name: catboost}}", selected: "roost-catboostserver"),
        Case(predictor: "model: {modelFormat: {name: mlflow}}", selected: nil),
        Case(predictor: "model: {modelFormat: {name: mlflow}, protocolVersion: v2}", selected: "kserve-mlserver"),
        Case(
            predictor: "model: {modelFormat: {name: sklearn}, runtime: kserve-predictiveserver}",
            selected: "kserve-predictiveserver"
        ),
    ])
    func selects(_ c: Case) throws {
        var service = try service(
            "predictor: {\(c.predictor.hasPrefix("{") ? String(c.predictor.dropFirst().dropLast()) : c.predictor)}"
        )
        service.applyDefaults(try shippedConfiguration())
        let model = try #require(service.predictor.model)
        let runtimes = try shipped("ClusterServingRuntime").map { ServingRuntime($0) }
        let hasWorkers = !service.predictor.json["workerSpec"].isNull
        let selected = try? RuntimeSelection.select(for: model, hasWorkers: hasWorkers, among: runtimes)
        #expect(selected?.name == c.selected)
    }

    @Test(arguments: [
        ("runtime: nosuch", RuntimeRefusal.Reason.runtimeNotRecognized),
        ("runtime: idle", .runtimeDisabled),
        ("runtime: kserve-mlserver, protocolVersion: v1", .noSupportingRuntime),
        ("runtime: kserve-xgbserver", .noSupportingRuntime),
    ])
    func refuses(_ wish: String, _ reason: RuntimeRefusal.Reason) throws {
        let service = try service("predictor: {model: {modelFormat: {name: sklearn}, \(wish)}}")
        var idle = KubeObject(.servingRuntimes, kind: "ServingRuntime", namespace: "default", name: "idle")
        idle.spec = ["disabled": true]
        let runtimes = try (shipped("ClusterServingRuntime") + [idle]).map { ServingRuntime($0) }
        let refusal = #expect(throws: RuntimeRefusal.self) {
            try RuntimeSelection.select(for: try #require(service.predictor.model), among: runtimes)
        }
        #expect(refusal?.reason == reason)
    }

    @Test func aNamespacesOwnRuntimeComesFirst() throws {
        var own = try #require(try shipped("ClusterServingRuntime").first { $0.name == "kserve-sklearnserver" })
        own.json["kind"] = "ServingRuntime"
        own.metadata["name"] = "zz-mine"
        let service = try service("predictor: {model: {modelFormat: {name: sklearn}}}")
        let runtimes = try (shipped("ClusterServingRuntime") + [own]).map { ServingRuntime($0) }
        #expect(
            try RuntimeSelection.select(for: try #require(service.predictor.model), among: runtimes).name == "zz-mine"
        )
    }

    @Test func theServersOwnSettings() throws {
        var service = try service("predictor: {sklearn: {storageUri: 'pvc://a', protocolVersion: v2}}")
        service.applyDefaults(try shippedConfiguration())
        let model = try #require(service.predictor.model)
        let runtimes = try shipped("ClusterServingRuntime").map { ServingRuntime($0) }
        let settled = SettledModel(
            model,
            of: service,
            runtime: try RuntimeSelection.select(for: model, among: runtimes)
        )
        #expect(settled.owner.labels["modelClass"] == "mlserver_sklearn.SKLearnModel")
        #expect(
            settled.container["env"] == [
                ["name": "MLSERVER_MODEL_NAME", "value": "iris"],
                ["name": "MLSERVER_MODEL_URI", "value": "/mnt/models"],
            ]
        )
    }
}
