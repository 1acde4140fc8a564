import Base
import KServeModel
import KubeClient
import KubeModel
import Testing

/// Graphs against the real API server, with the test in the parts of Deployment controller and gateway.
@Suite(.timeLimit(.minutes(1)))
struct InferenceGraphTests {
    private static let graphs = ResourceID("serving.kserve.io", "v1alpha1", "inferencegraphs")

    private static func graph(_ name: String, _ nodes: JSON) -> KubeObject {
        var graph = KubeObject(graphs, kind: "InferenceGraph", namespace: "default", name: name)
        graph.spec = ["nodes": nodes]
        return graph
    }

    private static func step(_ members: JSON) -> JSON { ["root": ["routerType": "Sequence", "steps": [members]]] }

    /// The URLs in a router's arguments.
    private static func urls(_ deployment: KubeObject) throws -> [String] {
        let container = deployment.spec["template"]["spec"]["containers"][0]
        let arguments = container["args"].strings
        #expect(arguments.first == "--graph-json")
        let spec = try JSON.parse(arguments.last ?? "")
        return spec["nodes"]["root"]["steps"].array?.compactMap { $0["serviceUrl"].string } ?? []
    }

    @Test func aGraphBecomesReadyWhenItsServiceHasAnAddress() async throws {
        try await withControllers { world in
            _ = try await world.api.create(Self.graphs, Self.graph("chain", Self.step(["serviceName": "iris"])))
            let waiting = try await world.first(Self.graphs) { !$0.status["conditions"].isNull }
            #expect(Conditions(waiting.status["conditions"])["Ready"]["reason"] == "ServiceNotFound")

            let model =
                "predictor: {model: {modelFormat: {name: sklearn}, storageUri: /srv/iris, args: [--model_name, flower]}}"
            _ = try await world.api.create(.inferenceServices, try service(model).object)
            let deployment = try await world.object(.deployments, "chain")
            #expect(
                try Self.urls(deployment) == [
                    "http://iris-predictor.default.svc.cluster.local/v1/models/flower:predict"
                ]
            )
            let template = deployment.spec["template"]
            #expect(template["spec"]["containers"][0]["image"] == "kserve/router:latest")
            #expect(template["metadata"]["labels"]["serving.kserve.io/inferencegraph"] == "chain")
            _ = try await world.object(.services, "chain")
            _ = try await world.object(.horizontalPodAutoscalers, "chain")

            try await world.report("chain", message: "runs")
            _ = try await world.object(.httpRoutes, "chain")
            try await world.accept("chain")
            let ready = try await world.first(Self.graphs) { Conditions($0.status["conditions"]).isTrue("Ready") }
            #expect(ready.status["url"] == "http://chain.default.example.com")
            #expect(ready.status["observedGeneration"].int == ready.generation)
            _ = try await world.first(.events) { $0["reason"] == "InferenceGraphReady" }
        }
    }

    @Test func versionTwoIsAskedByItsOwnPath() async throws {
        try await withControllers { world in
            let model = "predictor: {model: {modelFormat: {name: sklearn}, protocolVersion: v2, storageUri: /srv/iris}}"
            _ = try await world.api.create(.inferenceServices, try service(model).object)
            let steps: JSON = [
                "root": [
                    "routerType": "Sequence",
                    "steps": [["serviceName": "iris"], ["serviceUrl": "http://elsewhere/x"]],
                ]
            ]
            _ = try await world.api.create(Self.graphs, Self.graph("two", steps))
            #expect(
                try Self.urls(try await world.object(.deployments, "two")) == [
                    "http://iris-predictor.default.svc.cluster.local/v2/models/iris/infer", "http://elsewhere/x",
                ]
            )
        }
    }

    @Test func aGraphThatScalesByRequestsHasAPodAutoscaler() async throws {
        try await withControllers { world in
            var graph = Self.graph("busy", Self.step(["serviceUrl": "http://elsewhere/x"]))
            graph.spec["scaleMetric"] = "concurrency"
            graph.spec["scaleTarget"] = 5
            graph.spec["maxReplicas"] = 3
            _ = try await world.api.create(Self.graphs, graph)
            let autoscaler = try await world.object(.podAutoscalers, "busy")
            #expect(autoscaler.annotations["autoscaling.knative.dev/metric"] == "concurrency")
            #expect(autoscaler.annotations["autoscaling.knative.dev/target"] == "5")
            #expect(autoscaler.annotations["autoscaling.knative.dev/max-scale"] == "3")
            #expect(autoscaler.spec["scaleTargetRef"]["name"] == "busy")
        }
    }

    @Test func inServerlessModeAGraphIsAKnativeService() async throws {
        try await withControllers { world in
            var graph = Self.graph("chain", Self.step(["serviceUrl": "http://elsewhere/x"]))
            graph.metadata["annotations"] = ["serving.kserve.io/deploymentMode": "Serverless"]
            graph.spec["timeout"] = 30
            _ = try await world.api.create(Self.graphs, graph)
            let service = try await world.object(.knativeServices, "chain")
            let template = service.spec["template"]
            #expect(template["spec"]["timeoutSeconds"] == 30)
            #expect(template["metadata"]["labels"]["serving.kserve.io/kind"] == "InferenceGraph")
            #expect(template["metadata"]["annotations"]["autoscaling.knative.dev/min-scale"] == "1")
            let ready: JSON = [
                "status": [
                    "observedGeneration": .int(Int64(service.generation)), "url": "http://chain.default.example.com",
                    "conditions": [["type": "Ready", "status": "True"], ["type": "RoutesReady", "status": "True"]],
                ]
            ]
            _ = try await world.api.patch(.knativeServices, service.key, .merge(ready), subresource: "status")
            let told = try await world.first(Self.graphs) { Conditions($0.status["conditions"]).isTrue("Ready") }
            #expect(told.status["url"] == "http://chain.default.example.com")
            #expect(told.status["deploymentMode"] == "Knative")
        }
    }

    @Test func whatCannotBeWalkedIsRefusedWithTheReason() async throws {
        try await withControllers { world in
            _ = try await world.api.create(Self.graphs, Self.graph("ring", Self.step(["nodeName": "root"])))
            let refused = try await world.first(Self.graphs) { !$0.status["conditions"].isNull }
            let ready = Conditions(refused.status["conditions"])["Ready"]
            #expect(ready["reason"] == "InvalidGraph")
            #expect(ready["message"] == "the nodes lead back to themselves: root -> root")
            _ = try await world.first(.events) { $0["reason"] == "InvalidGraph" }
        }
    }
}
