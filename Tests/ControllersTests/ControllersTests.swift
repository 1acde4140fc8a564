import APIServer
import Base
import Controllers
import KServeModel
import KubeClient
import KubeKinds
import KubeModel
import TestKit
import Testing

/// The controllers against the real API server, with the test in the parts of Deployment controller, node and gateway.
@Suite struct ControllersTests {
    @Test(.timeLimit(.minutes(1)))
    func aServiceBecomesReadyAndStaysQuiet() async throws {
        try await withControllers { world in
            _ = try await world.api.create(
                .inferenceServices,
                try service("predictor: {sklearn: {storageUri: /srv/iris}}").object
            )
            let deployment = try await world.object(.deployments, "iris-predictor")
            #expect(deployment.spec["replicas"] == 1)
            _ = try await world.object(.services, "iris-predictor")
            _ = try await world.object(.horizontalPodAutoscalers, "iris-predictor")
            for name in ["iris", "iris-predictor"] { _ = try await world.object(.httpRoutes, name) }
            let waiting = try await world.service { $0.status["url"].string != nil }
            #expect(Conditions(waiting.status["conditions"]).status("Ready") == .false)

            try await world.report("iris-predictor", message: "runs")
            for name in ["iris", "iris-predictor"] { try await world.accept(name) }
            let ready = try await world.service { Conditions($0.status["conditions"]).isTrue("Ready") }
            #expect(ready.status["observedGeneration"].int == ready.generation)
            _ = try await world.first(.events) { $0["reason"] == "InferenceServiceReady" }

            // A change that asks for nothing new changes the status and nothing else.
            let before = try await world.versions()
            try await world.report("iris-predictor", message: "still runs")
            _ = try await world.service {
                Conditions($0.status["conditions"])["PredictorReady"]["message"] == "still runs"
            }
            #expect(try await world.versions() == before)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aServiceThatSleepsStaysReady() async throws {
        try await withControllers { world in
            let spec = "predictor: {minReplicas: 0, sklearn: {storageUri: /srv/iris}}"
            _ = try await world.api.create(.inferenceServices, try service(spec).object)
            #expect(try await world.object(.deployments, "iris-predictor").spec["replicas"] == 1)
            _ = try await world.object(.podAutoscalers, "iris-predictor")
            #expect(try await world.api.list(.horizontalPodAutoscalers, namespace: "default").items.isEmpty)
            for name in ["iris", "iris-predictor"] {
                _ = try await world.object(.httpRoutes, name)
                try await world.accept(name)
            }
            try await world.report("iris-predictor", message: "runs")
            _ = try await world.service { Conditions($0.status["conditions"]).isTrue("Ready") }

            try await world.putToSleep("iris-predictor")
            let asleep = try await world.service {
                Conditions($0.status["conditions"])["PredictorReady"]["reason"] == "NoTraffic"
            }
            #expect(Conditions(asleep.status["conditions"]).isTrue("Ready"))
            // Another model is started, so that it shows that it runs.
            let change: JSON = ["spec": ["predictor": ["model": ["storageUri": "/srv/other"]]]]
            _ = try await world.api.patch(.inferenceServices, asleep.key, .merge(change))
            _ = try await world.first(.deployments) { $0.spec["replicas"] == 1 }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func whereLoadIsNotMeasuredTheProcessorIs() async throws {
        try await withControllers(knative: false) { world in
            _ = try await world.api.create(
                .inferenceServices,
                try service("predictor: {minReplicas: 0, maxReplicas: 3, sklearn: {}}").object
            )
            let autoscaler = try await world.object(.horizontalPodAutoscalers, "iris-predictor")
            #expect(autoscaler.spec["minReplicas"] == 1 && autoscaler.spec["maxReplicas"] == 3)
            let told = try await world.service { !Conditions($0.status["conditions"])["LoadScalingReady"].isNull }
            #expect(Conditions(told.status["conditions"])["LoadScalingReady"]["reason"] == "PodAutoscalersNotServed")
            _ = try await world.first(.events) { $0["reason"] == "PodAutoscalersNotServed" }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aServiceInKnativeModeBecomesReady() async throws {
        try await withControllers { world in
            let annotations = [AnnotationKey.deploymentMode: "Knative"]
            let written = try service("predictor: {sklearn: {storageUri: /srv/iris}}", annotations: annotations)
            _ = try await world.api.create(.inferenceServices, written.object)
            let wanted = try await world.object(.knativeServices, "iris-predictor")
            let status: JSON = [
                "observedGeneration": .int(Int64(wanted.generation)),
                "latestCreatedRevisionName": "iris-predictor-00001",
                "latestReadyRevisionName": "iris-predictor-00001",
                "url": "http://iris-predictor.default.example.com",
                "traffic": [["revisionName": "iris-predictor-00001", "latestRevision": true, "percent": 100]],
                "conditions": .array(
                    ["Ready", "RoutesReady", "ConfigurationsReady"].map { ["type": .string($0), "status": "True"] }
                ),
            ]
            _ = try await world.api.patch(
                .knativeServices,
                wanted.key,
                .merge(["status": status]),
                subresource: "status"
            )
            _ = try await world.object(.httpRoutes, "iris")
            try await world.accept("iris")
            let ready = try await world.service { Conditions($0.status["conditions"]).isTrue("Ready") }
            #expect(ready.status["deploymentMode"] == "Knative")
            #expect(ready.status["components"]["predictor"]["latestRolledoutRevision"] == "iris-predictor-00001")
            #expect(try await world.api.list(.deployments, namespace: "default").items.isEmpty)
            let before = try await world.versions()
            // A new template with a share: the revision before it keeps the rest.
            let change: JSON = [
                "spec": ["predictor": ["model": ["storageUri": "/srv/other"], "canaryTrafficPercent": 10]]
            ]
            _ = try await world.api.patch(.inferenceServices, ready.key, .merge(change))
            let split = try await world.first(.knativeServices) { $0.spec["traffic"].array?.count == 2 }
            #expect(split.spec["traffic"][1]["revisionName"] == "iris-predictor-00001")
            #expect(try await world.versions() != before)
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func withoutKnativeItsModeIsRejected() async throws {
        try await withControllers(knative: false) { world in
            let annotations = [AnnotationKey.deploymentMode: "Knative"]
            let written = try service("predictor: {sklearn: {}}", annotations: annotations)
            _ = try await world.api.create(.inferenceServices, written.object)
            _ = try await world.first(.events) { $0["reason"] == "ServerlessModeRejected" }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func faultsAreToldAndMended() async throws {
        try await withControllers { world in
            _ = try await world.api.create(
                .inferenceServices,
                try service("predictor: {model: {modelFormat: {name: sklearn}, runtime: mine}}").object
            )
            let failed = try await world.service { !$0.status["modelStatus"].isNull }
            #expect(failed.status["modelStatus"]["lastFailureInfo"]["reason"] == "RuntimeNotRecognized")
            #expect(Conditions(failed.status["conditions"])["Ready"]["reason"] == "RuntimeNotRecognized")

            var runtime = try #require(try KServeData.objects().first { $0.name == "kserve-sklearnserver" })
            runtime.json["kind"] = "ServingRuntime"
            runtime.metadata["name"] = "mine"
            runtime.metadata["namespace"] = "default"
            _ = try await world.api.create(.servingRuntimes, runtime)
            _ = try await world.object(.deployments, "iris-predictor")
            let mended = try await world.service { $0.status["servingRuntimeName"] == "mine" }
            #expect(mended.status["modelStatus"]["transitionStatus"] == "InProgress")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func stoppingTakesEverythingAway() async throws {
        try await withControllers { world in
            let spec = "predictor: {sklearn: {}}\ncanary: [{trafficPercent: 20, predictor: {name: v2, sklearn: {}}}]"
            let key = try await world.api.create(.inferenceServices, try service(spec).object).key
            _ = try await world.object(.httpRoutes, "iris")
            let stop: JSON = ["metadata": ["annotations": .object([AnnotationKey.stop: "true"])]]
            _ = try await world.api.patch(.inferenceServices, key, .merge(stop))
            let stopped = try await world.service { Conditions($0.status["conditions"]).isTrue("Stopped") }
            for condition in ["PredictorReady", "CanaryPredictorReady"] {
                #expect(Conditions(stopped.status["conditions"])[condition]["reason"] == "Stopped")
            }
            for resource in World.owned {
                #expect(try await world.api.list(resource, namespace: "default").items.isEmpty)
            }
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func settingsAreReadLive() async throws {
        try await withControllers { world in
            _ = try await world.api.create(.inferenceServices, try service("predictor: {sklearn: {}}").object)
            _ = try await world.service { $0.status["url"] == "http://iris.default.example.com" }
            let ingress: JSON = [
                "enableGatewayApi": true, "kserveIngressGateway": "kserve/kserve-ingress-gateway",
                "ingressDomain": "models.test",
            ]
            let change: JSON = ["data": ["ingress": .string(ingress.text)]]
            _ = try await world.api.patch(.configMaps, PlatformConfiguration.key, .merge(change))
            _ = try await world.service { $0.status["url"] == "http://iris-default.models.test" }
            let route = try await world.first(.httpRoutes) { $0.spec["hostnames"] == ["iris-default.models.test"] }
            #expect(route.name == "iris")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func aServiceMadeAnewWaitsForItsPredecessorsObjects() async throws {
        try await withControllers { world in
            let predecessor = try service("predictor: {sklearn: {}}").object
            var left = KubeObject(.services, kind: "Service", namespace: "default", name: "iris-predictor")
            left.spec = ["ports": [["port": 80]]]
            left.setController(predecessor)
            left = try await world.api.create(.services, left)
            _ = try await world.api.create(.inferenceServices, predecessor)
            _ = try await world.object(.deployments, "iris-predictor")
            try await world.api.delete(.services, left.key)
            let made = try await world.first(.services) { $0.name == left.name && $0.uid != left.uid }
            #expect(made.spec["selector"]["app"] == "isvc.iris-predictor")
        }
    }

    @Test(.timeLimit(.minutes(1)))
    func anothersObjectIsLeftAlone() async throws {
        try await withControllers { world in
            var others = KubeObject(.services, kind: "Service", namespace: "default", name: "iris-predictor")
            others.spec = ["ports": [["port": 80]]]
            _ = try await world.api.create(.services, others)
            _ = try await world.api.create(.inferenceServices, try service("predictor: {sklearn: {}}").object)
            let failed = try await world.service { !$0.status.isNull }
            #expect(Conditions(failed.status["conditions"])["PredictorReady"]["reason"] == "NameTaken")
        }
    }
}
