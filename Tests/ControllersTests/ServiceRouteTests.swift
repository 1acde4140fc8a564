import Base
import Controllers
import KServeModel
import KubeModel
import Testing

@Suite struct ServiceRouteTests {
    @Test func theWholeAndItsPredictor() throws {
        let plan = try plan(try service("predictor: {timeout: 5, sklearn: {}}"))
        #expect(
            plan.routes.map { $0.spec["hostnames"] } == [
                ["iris.default.example.com"], ["iris-predictor.default.example.com"],
            ]
        )
        #expect(
            plan.routes[0].spec["parentRefs"] == [
                [
                    "group": "gateway.networking.k8s.io", "kind": "Gateway", "namespace": "kserve",
                    "name": "kserve-ingress-gateway",
                ]
            ]
        )
        #expect(
            plan.routes[0].spec["rules"] == [
                [
                    "matches": [["path": ["type": "RegularExpression", "value": "^/.*$"]]],
                    "filters": [
                        [
                            "type": "RequestHeaderModifier",
                            "requestHeaderModifier": [
                                "set": [
                                    ["name": "KServe-Isvc-Name", "value": "iris"],
                                    ["name": "KServe-Isvc-Namespace", "value": "default"],
                                ]
                            ],
                        ]
                    ],
                    "backendRefs": [["kind": "Service", "name": "iris-predictor", "namespace": "default", "port": 80]],
                    "timeouts": ["request": "5s"],
                ]
            ]
        )
    }

    @Test func gRPCBesideREST() throws {
        let spec = """
            predictor: {containers: [{image: a, ports: [{containerPort: 8081, name: http},
            {containerPort: 9000, name: h2c}]}]}
            """
        let plan = try plan(try service(spec))
        #expect(
            plan.workloads[0].service.spec["ports"] == [
                ["name": "http", "port": 80, "targetPort": 8081, "protocol": "TCP"],
                [
                    "name": "h2c", "port": 9000, "targetPort": 9000, "protocol": "TCP",
                    "appProtocol": "kubernetes.io/h2c",
                ],
            ]
        )
        let rules = plan.routes[0].spec["rules"].array ?? []
        #expect(rules.map { $0["backendRefs"][0]["port"] } == [9000, 80])
        #expect(rules.first?["matches"][0]["headers"][0]["value"] == "^application/grpc.*")
        #expect(rules.first?["timeouts"] == ["request": "60s"])
    }

    @Test func pathsUnderThePlatformsDomain() throws {
        let plan = try plan(try service("predictor: {sklearn: {}}")) {
            $0.ingress.pathTemplate = "/serving/{{ .Namespace }}/{{ .Name }}"
        }
        #expect(plan.routes[0].spec["hostnames"] == ["iris.default.example.com", "example.com"])
        #expect(plan.routes[0].spec["rules"][1]["matches"][0]["path"]["value"] == "/serving/default/iris/")
    }

    @Test func clusterLocalServicesHaveNoRoutes() throws {
        let service = try service("predictor: {sklearn: {}}", labels: [LabelKey.visibility: "cluster-local"])
        #expect(try plan(service).routes.isEmpty)
    }

    @Test func readyCanariesShareTheTraffic() throws {
        let spec = """
            predictor: {minReplicas: 4, sklearn: {storageUri: /a}}
            canary:
            - {trafficPercent: 20, predictor: {name: two, sklearn: {storageUri: /b}}}
            - {trafficPercent: 30, predictor: {name: three, sklearn: {storageUri: /c}}}
            """
        let plan = try plan(try service(spec), readyCanaries: ["two"])
        #expect(plan.canaries.map(\.workload.name) == ["iris-two-predictor", "iris-three-predictor"])
        #expect(plan.canaries.map(\.workload.replicas) == [1...1, 2...2])
        #expect(plan.workloads[0].replicas.lowerBound == 3)
        let backends = plan.routes[0].spec["rules"][0]["backendRefs"].array ?? []
        #expect(backends.map { $0["weight"] } == [80, 20])
        #expect(backends.map { $0["name"] } == ["iris-predictor", "iris-two-predictor"])
        #expect(plan.canaries[0].workload.pod["volumes"][0]["hostPath"]["path"] == "/b")
    }

    @Test func versionsHaveAddressesAndHeadersOfTheirOwn() throws {
        let spec = """
            predictor:
              componentSpecs: [{name: v1, sklearn: {storageUri: /a}}, {name: v2, sklearn: {storageUri: /b}}]
              traffic:
              - {tag: v1, percent: 70}
              - {tag: v2, percent: 30, headers: [{name: x-group, value: beta}]}
            """
        let service = try service(spec, annotations: ["roost.dev/sticky-header": "x-user"])
        let plan = try plan(service, readyCanaries: ["v2"])
        #expect(plan.routes.map(\.name) == ["iris", "iris-predictor", "iris-tag-v1", "iris-tag-v2"])
        #expect(plan.routes[3].spec["hostnames"] == ["v2-iris.default.example.com"])
        #expect(plan.routes[3].spec["rules"][0]["backendRefs"][0]["name"] == "iris-v2-predictor")
        let rules = plan.routes[0].spec["rules"].array ?? []
        #expect(rules.map { $0["backendRefs"].array?.count } == [1, 2])
        #expect(rules.first?["matches"][0]["headers"] == [["name": "x-group", "value": "beta"]])
        #expect(rules.last?["backendRefs"].array?.map { $0["weight"] } == [70, 30])
        #expect(plan.routes[0].annotations["roost.dev/sticky-header"] == "x-user")
        let versions = (plan.workloads + plan.canaries.map(\.workload)).map { workload in
            workload.container("kserve-container")["env"].array?.first { $0["name"] == "ROOST_MODEL_VERSION" }
        }
        #expect(versions.map { $0?["value"] } == ["v1", "v2"])
        // Who gets which version is no reason to start anything anew.
        #expect(plan.workloads[0].deployment.annotations["roost.dev/sticky-header"] == nil)
    }

    @Test func theNewestVersionGetsAShare() throws {
        func stored(_ plan: ServicePlan) -> RememberedVersions {
            RememberedVersions(
                stable: plan.workloads.first?.deployment,
                latest: plan.canaries.first?.workload.deployment
            )
        }
        func plan(_ model: String, percent: Int?, ready: Bool = true, _ before: RememberedVersions) throws
            -> ServicePlan
        {
            let percent = percent.map { ", canaryTrafficPercent: \($0)" } ?? ""
            return try ServicePlan(
                ServicePlan.Basis(
                    service("predictor: {sklearn: {storageUri: /\(model)}\(percent)}"),
                    runtimes: shippedRuntimes(),
                    configuration: shippedConfiguration(),
                    readyCanaries: ready ? ["latest"] : [],
                    versions: before
                )
            )
        }
        let first = try plan("a", percent: nil, RememberedVersions())
        let second = try plan("b", percent: 10, stored(first))
        #expect(second.workloads[0].deployment == first.workloads[0].deployment)
        #expect(second.canaries.map(\.workload.name) == ["iris-latest-predictor"])
        #expect(second.routes.map(\.name) == ["iris", "iris-predictor", "iris-tag-prev", "iris-tag-latest"])
        #expect(second.routes[0].spec["rules"][0]["backendRefs"].array?.map { $0["weight"] } == [90, 10])
        let unready = try plan("b", percent: 10, ready: false, stored(first))
        #expect(unready.routes[0].spec["rules"][0]["backendRefs"].array?.map { $0["weight"] } == [100])

        let promoted = try plan("b", percent: nil, stored(second))
        #expect(promoted.canaries.isEmpty && promoted.rollout.previous == first.rollout.stable)
        #expect(promoted.workloads[0].pod["volumes"][0]["hostPath"]["path"] == "/b")
        let back = try plan("b", percent: 0, stored(promoted))
        #expect(back.workloads[0].pod["volumes"][0]["hostPath"]["path"] == "/a")
        #expect(back.routes[0].spec["rules"][0]["backendRefs"].array?.map { $0["weight"] } == [100, 0])

        var verdict = ServiceVerdict()
        verdict.deployments = [:]
        var status = InferenceServiceStatus(back.service.object, now: WallTime(seconds: 1))
        verdict.settle(&status, for: back)
        let told = status.json["components"]["predictor"]
        #expect(told["latestRolledoutRevision"] == "iris-predictor-00001")
        #expect(told["latestReadyRevision"] == "iris-predictor-00002")
        #expect(told["traffic"][0]["url"] == "http://latest-iris.default.example.com")
        #expect(told["traffic"].array?.map { $0["percent"] } == [0, 100])
    }
}
