import Base
import Controllers
import KServeModel
import KubeModel
import Testing

@Suite struct KnativePlanTests {
    private static let knative = [AnnotationKey.deploymentMode: "Serverless"]

    private func plan(
        _ service: InferenceService,
        histories: [String: RevisionHistory] = [:],
        found: [KubeObject] = [],
        routes: [KubeObject] = []
    ) throws -> KnativePlan {
        var objects = KnativeObjects()
        for object in found { objects.services[object.name] = object }
        for route in routes { objects.routes[route.name] = route }
        return try KnativePlan(
            service,
            runtimes: shippedRuntimes(),
            configuration: shippedConfiguration(),
            histories: histories,
            found: objects
        )
    }

    /// What a Knative Service reports when its traffic flows.
    private func running(_ name: String, _ traffic: JSON) -> KubeObject {
        var service = KubeObject(.knativeServices, kind: "Service", namespace: "default", name: name)
        service.metadata["generation"] = 1
        service.status = [
            "observedGeneration": 1, "url": .string("http://\(name).default.example.com"), "traffic": traffic,
            "latestReadyRevisionName": traffic[0]["revisionName"], "conditions": [["type": "Ready", "status": "True"]],
            "latestCreatedRevisionName": traffic[0]["revisionName"],
        ]
        return service
    }

    private func weights(_ rule: JSON) -> [String: Int] {
        let pairs = (rule["backendRefs"].array ?? []).map { ($0["name"].string ?? "", $0["weight"].int ?? -1) }
        return Dictionary(pairs, uniquingKeysWith: +)
    }

    @Test func aServiceForEachComponent() throws {
        let spec = """
            predictor: {minReplicas: 0, maxReplicas: 3, scaleTarget: 5, scaleMetric: rps, containerConcurrency: 7,
            timeout: 30, canaryTrafficPercent: 20, sklearn: {storageUri: /a}}
            """
        var annotations = Self.knative
        annotations["serving.knative.dev/rollout-duration"] = "10s"
        annotations["autoscaling.knative.dev/initial-scale"] = "0"
        annotations["autoscaling.knative.dev/window"] = "20s"
        let history = RevisionHistory(["latestRolledoutRevision": "iris-predictor-00001"])
        let plan = try plan(try service(spec, annotations: annotations), histories: ["iris-predictor": history])
        let wanted = try #require(plan.parts.first?.wanted)
        #expect(wanted.name == "iris-predictor" && wanted.controller?.uid == "u-1")
        #expect(wanted.annotations == ["serving.knative.dev/rollout-duration": "10s"])
        let template = wanted.spec["template"]
        let scaling = template["metadata"]["annotations"].stringMap.filter { $0.key.hasPrefix("autoscaling") }
        #expect(
            scaling == [
                "autoscaling.knative.dev/class": "kpa.autoscaling.knative.dev", "autoscaling.knative.dev/target": "5",
                "autoscaling.knative.dev/metric": "rps", "autoscaling.knative.dev/min-scale": "0",
                "autoscaling.knative.dev/max-scale": "3", "autoscaling.knative.dev/window": "20s",
            ]
        )
        #expect(template["metadata"]["labels"]["component"] == "predictor")
        #expect(template["metadata"]["labels"]["app"].isNull)
        #expect(template["spec"]["timeoutSeconds"] == 30 && template["spec"]["responseStartTimeoutSeconds"] == 30)
        #expect(template["spec"]["containerConcurrency"] == 7)
        #expect(template["spec"]["containers"][0]["args"].strings.first == "--model_name=iris")
        #expect(
            wanted.spec["traffic"] == [
                ["latestRevision": true, "percent": 20],
                [
                    "revisionName": "iris-predictor-00001", "latestRevision": false, "percent": 80, "tag": "prev",
                ],
            ]
        )
        #expect(plan.routes.isEmpty && plan.url == nil)
        #expect(plan.address == "http://iris.default.svc.cluster.local")
        #expect(plan.alias.spec["type"] == "ExternalName")
    }

    @Test func theWayInLeadsToRevisions() throws {
        let spec = "{predictor: {sklearn: {}}, explainer: {containers: [{image: e}]}}"
        let traffic: JSON = [
            ["revisionName": "iris-predictor-00002", "latestRevision": true, "percent": 10],
            ["revisionName": "iris-predictor-00001", "latestRevision": false, "percent": 90, "tag": "prev"],
        ]
        let explainer = running("iris-explainer", [["revisionName": "e-1", "latestRevision": true, "percent": 100]])
        let plan = try plan(
            try service(spec, annotations: Self.knative),
            found: [running("iris-predictor", traffic), explainer]
        )
        #expect(plan.url == "http://iris.default.example.com")
        #expect(plan.routes.map(\.name) == ["iris", "iris-tag-prev"])
        let whole = try #require(plan.routes.first)
        #expect(
            whole.spec["hostnames"].strings == [
                "iris.default.example.com", "iris.default.svc.cluster.local", "iris.default.svc", "iris.default",
            ]
        )
        let rules = whole.spec["rules"].array ?? []
        #expect(rules.map(weights) == [["e-1": 100], ["iris-predictor-00001": 90, "iris-predictor-00002": 10]])
        #expect(rules.last?["timeouts"] == ["request": "300s"])
        #expect(plan.routes[1].spec["hostnames"] == ["prev-iris.default.example.com"])
        #expect(weights(plan.routes[1].spec["rules"][0]) == ["iris-predictor-00001": 100])
    }

    @Test func aGradualRolloutIsFollowed() throws {
        let traffic: JSON = [["revisionName": "iris-predictor-00002", "latestRevision": true, "percent": 100]]
        var route = KubeObject(.httpRoutes, kind: "HTTPRoute", namespace: "default", name: "iris-predictor")
        route.spec["rules"] = [
            [
                "backendRefs": [
                    ["name": "iris-predictor-00001", "weight": 70], ["name": "iris-predictor-00002", "weight": 30],
                ]
            ]
        ]
        let plan = try plan(
            try service("predictor: {sklearn: {}}", annotations: Self.knative),
            found: [running("iris-predictor", traffic)],
            routes: [route]
        )
        #expect(
            weights(plan.routes[0].spec["rules"][0]) == ["iris-predictor-00001": 70, "iris-predictor-00002": 30]
        )
    }

    @Test func versionsAreServicesOfTheirOwn() throws {
        let spec = """
            predictor:
              componentSpecs: [{name: v1, sklearn: {storageUri: /a}}, {name: v2, sklearn: {storageUri: /b}}]
              traffic: [{tag: v1, percent: 70}, {tag: v2, percent: 30}]
            """
        let found = ["v1", "v2"].map { version in
            running("iris-\(version)-predictor", [["revisionName": .string("r-\(version)"), "percent": 100]])
        }
        let plan = try plan(try service(spec, annotations: Self.knative), found: found)
        #expect(plan.parts.map(\.wanted.name) == ["iris-v1-predictor"])
        #expect(plan.canaries.map(\.part.wanted.name) == ["iris-v2-predictor"])
        let environment = plan.canaries[0].part.wanted.spec["template"]["spec"]["containers"][0]["env"].array ?? []
        #expect(environment.contains(["name": "ROOST_MODEL_VERSION", "value": "v2"]))
        #expect(plan.routes.map(\.name) == ["iris", "iris-tag-v1", "iris-tag-v2"])
        #expect(weights(plan.routes[0].spec["rules"][0]) == ["r-v1": 7000, "r-v2": 3000])
        #expect(weights(plan.routes[2].spec["rules"][0]) == ["r-v2": 100])
    }

    @Test func theStatusFollowsTheKnativeService() throws {
        let service = try service("predictor: {sklearn: {}}", annotations: Self.knative)
        var reported = running("iris-predictor", [["revisionName": "r1", "latestRevision": true, "percent": 100]])
        reported.status["conditions"] = [
            ["type": "Ready", "status": "True"], ["type": "RoutesReady", "status": "True"],
            ["type": "ConfigurationsReady", "status": "True"],
        ]
        let plan = try plan(service, found: [reported])
        var objects = KnativeObjects()
        objects.services[reported.name] = reported
        var route = try #require(plan.routes.first)
        route.status["parents"] = [["conditions": [["type": "Accepted", "status": "True"]]]]
        objects.routes[route.name] = route
        var status = InferenceServiceStatus(service.object, now: WallTime(seconds: 1000))
        KnativeVerdict(objects).settle(&status, for: plan)
        #expect(status.isReady)
        let told = status.finished()
        let types = told["conditions"].array?.compactMap { $0["type"].string }
        #expect(
            types == [
                "IngressReady", "LatestDeploymentReady", "PredictorConfigurationReady", "PredictorReady",
                "PredictorRouteReady", "Ready", "RoutesReady", "Stopped",
            ]
        )
        #expect(told["url"] == "http://iris.default.example.com")
        #expect(told["components"]["predictor"]["latestRolledoutRevision"] == "r1")
        #expect(told["components"]["predictor"]["url"] == "http://iris-predictor.default.example.com")

        // A template that nobody has seen to leaves the service's readiness open.
        reported.metadata["generation"] = 2
        objects.services[reported.name] = reported
        KnativeVerdict(objects).settle(&status, for: plan)
        #expect(status.conditions["PredictorReady"]["reason"] == "OutOfDate" && !status.isReady)
    }
}
