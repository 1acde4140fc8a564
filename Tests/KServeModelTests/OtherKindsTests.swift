import Base
import KServeModel
import KubeModel
import Testing

/// What is refused of the kinds beside InferenceService.
@Suite struct OtherKindsTests {
    private func object(_ kind: String, name: String, _ spec: String) throws -> KubeObject {
        let id = ResourceID("serving.kserve.io", "v1alpha1", kind.lowercased() + "s")
        var object = KubeObject(id, kind: kind, namespace: "default", name: name)
        object.spec = try YAML.parse(spec).first ?? .null
        return object
    }

    private func message(_ body: () throws -> Void) -> String {
        do {
            try body()
            return ""
        } catch {
            return "\(error)"
        }
    }

    @Test(arguments: [
        ("{nodes: {root: {routerType: Sequence, steps: [{serviceName: a}]}}}", ""),
        ("{nodes: {a: {routerType: Sequence}}}", "root node not found"),
        (
            "{nodes: {root: {routerType: Sequence, steps: [{name: s, nodeName: a}, {name: s, nodeName: b}]}}}",
            "more than one step"
        ),
        ("{nodes: {root: {routerType: Sequence, steps: [{name: s}]}}}", "does not specify an inference target"),
        (
            "{nodes: {root: {routerType: Switch, steps: [{nodeName: a, serviceUrl: b}]}}}",
            "more than one inference target"
        ),
        (
            "{nodes: {root: {routerType: Splitter, steps: [{serviceName: a, weight: 99}, {serviceName: b, weight: 2}]}}}",
            "should be 100"
        ),
        (
            "{nodes: {root: {routerType: Splitter, steps: [{serviceName: a, weight: 100}, {serviceName: b}]}}}",
            "missing the 'Weight'"
        ),
        (
            "{nodes: {root: {routerType: Splitter, steps: [{serviceName: a, weight: 9223372036854775807}, {serviceName: b, weight: 9223372036854775807}]}}}",
            "should be 100"
        ),
    ])
    func graphs(_ spec: String, _ fault: String) throws {
        let graph = try object("InferenceGraph", name: "g", spec)
        let message = message { try KServeAdmission.validateInferenceGraph(graph) }
        #expect(fault.isEmpty ? message.isEmpty : message.contains(fault))
    }

    @Test(arguments: [
        ("m_1", "{model: {storageUri: 'gs://a', memory: 1Gi}}", ""),
        ("m.1", "{model: {storageUri: 'gs://a', memory: 1Gi}}", "a Trained Model name must consist of"),
        ("m", "{model: {storageUri: 'pvc://a', memory: 1Gi}}", "storageUri field is invalid"),
        ("m", "{model: {storageUri: 'gs://a', memory: 2Gi}}", "memory field is immutable"),
        ("m", "{model: {storageUri: 'gs://a', memory: 1024Mi}}", ""),
    ])
    func trainedModels(_ name: String, _ spec: String, _ fault: String) throws {
        let old = try object("TrainedModel", name: name, "{model: {memory: 1Gi}}")
        let model = try object("TrainedModel", name: name, spec)
        let message = message { try KServeAdmission.validateTrainedModel(model, old: old) }
        #expect(fault.isEmpty ? message.isEmpty : message.contains(fault))
    }

    @Test(arguments: [
        ("{name: sklearn, version: '1', autoSelect: true, priority: 2}", "same priority assigned"),
        ("{name: sklearn, version: '1', autoSelect: true, priority: 3}", ""),
        ("{name: sklearn, version: '2', autoSelect: true, priority: 2}", ""),
        ("{name: a, priority: 1}, {name: a, priority: 2}", "different priorities assigned"),
    ])
    func runtimes(_ formats: String, _ fault: String) throws {
        let other = try object(
            "ServingRuntime",
            name: "other",
            "{protocolVersions: [v1], supportedModelFormats: [{name: SKLearn, version: '1', autoSelect: true, priority: 2}]}"
        )
        let runtime = try object(
            "ServingRuntime",
            name: "mine",
            "{protocolVersions: [v1, v2], containers: [{name: kserve-container}], supportedModelFormats: [\(formats)]}"
        )
        let message = message { try KServeAdmission.validateServingRuntime(runtime, old: nil, others: [other]) }
        #expect(fault.isEmpty ? message.isEmpty : message.contains(fault))
    }

    @Test func aHugeReplicaWishIsNoTrap() throws {
        let spec = """
            predictor: {minReplicas: 9223372036854775807, sklearn: {storageUri: /a}}
            canary: [{trafficPercent: 100, predictor: {name: b, sklearn: {storageUri: /b}}}]
            """
        let service = try service(spec)
        #expect(service.canaries.first?.replicas(beside: service.predictor) == Int(Int32.max))
    }
}
