import Base
import Controllers
import KServeModel
import KubeModel
import Testing

@Suite struct ServiceVerdictTests {
    private let now = WallTime(seconds: 1000)

    private func deployment(_ conditions: [(String, String, String)]) -> KubeObject {
        var object = KubeObject(.deployments, kind: "Deployment", namespace: "default", name: "iris-predictor")
        object.status["conditions"] = .array(
            conditions.map { type, status, reason in
                ["type": .string(type), "status": .string(status), "reason": .string(reason), "message": "m"]
            }
        )
        return object
    }

    private func pod(_ name: String, isReady: Bool, _ containers: JSON = .null, initContainers: JSON = .null)
        -> KubeObject
    {
        var pod = KubeObject(.pods, kind: "Pod", namespace: "default", name: name)
        pod.status = ["phase": "Running", "conditions": [["type": "Ready", "status": isReady ? "True" : "False"]]]
        pod.status["containerStatuses"] = containers
        pod.status["initContainerStatuses"] = initContainers
        return pod
    }

    private func verdict(_ deployment: KubeObject?, parents: JSON, pods: [KubeObject] = []) throws -> (
        ServiceVerdict, ServicePlan
    ) {
        let plan = try plan(try service("predictor: {sklearn: {}}"))
        var verdict = ServiceVerdict()
        verdict.deployments["iris-predictor"] = deployment
        for var route in plan.routes {
            route.status["parents"] = parents
            verdict.routes[route.name] = route
        }
        verdict.pods = pods
        return (verdict, plan)
    }

    private static let refused: JSON = [
        "conditions": [["type": "Accepted", "status": "False", "reason": "NotAllowedByListeners"]]
    ]
    private let accepted: JSON = [["conditions": [["type": "Accepted", "status": "True"]]]]
    private let available = [
        ("Available", "True", "MinimumReplicasAvailable"), ("Progressing", "True", "NewReplicaSetAvailable"),
    ]

    private func status(_ verdict: ServiceVerdict, _ plan: ServicePlan, over old: JSON = .null)
        -> InferenceServiceStatus
    {
        var object = plan.service.object
        object.status = old
        var status = InferenceServiceStatus(object, now: now)
        verdict.settle(&status, for: plan)
        return status
    }

    @Test func readyWhenPodsRunAndTheGatewayAnswered() throws {
        let (verdict, plan) = try verdict(deployment(available), parents: accepted, pods: [pod("a", isReady: true)])
        let status = status(verdict, plan)
        #expect(status.isReady)
        let json = status.finished()
        #expect(json["conditions"].array?.map { $0["type"] } == ["IngressReady", "PredictorReady", "Ready", "Stopped"])
        #expect(json["conditions"].array?.last?["severity"] == "Info")
        #expect(json["url"] == "http://iris.default.example.com")
        #expect(json["components"]["predictor"]["url"] == "http://iris-predictor.default.example.com")
        #expect(json["clusterServingRuntimeName"] == "kserve-sklearnserver")
        #expect(
            json["modelStatus"] == [
                "transitionStatus": "UpToDate", "copies": ["failedCopies": 0, "totalCopies": 1],
                "states": ["activeModelState": "Loaded", "targetModelState": "Loaded"],
            ]
        )
        // A second look at the same world says the same.
        #expect(self.status(verdict, plan, over: json).finished() == json)
    }

    struct Sleep: CustomTestStringConvertible, Sendable {
        let replicas: Int64
        let activity: (status: String, reason: String)
        var hasRun = true
        var conditions: [(String, String, String)] = []
        var isFailing = false
        let status: String
        let reason: String?
        var testDescription: String { "\(replicas) \(activity) \(hasRun) \(conditions) \(isFailing)" }
    }

    private static let waking = [
        ("Available", "False", "MinimumReplicasUnavailable"), ("Progressing", "True", "NewReplicaSetAvailable"),
    ]

    @Test(arguments: [
        Sleep(replicas: 0, activity: ("False", "NoTraffic"), status: "True", reason: "NoTraffic"),
        Sleep(replicas: 0, activity: ("False", "TimedOut"), status: "False", reason: "TimedOut"),
        Sleep(replicas: 0, activity: ("Unknown", "Queued"), hasRun: false, status: "Unknown", reason: "Queued"),
        Sleep(replicas: 1, activity: ("Unknown", "Queued"), conditions: waking, status: "True", reason: "Queued"),
        Sleep(
            replicas: 1,
            activity: ("False", "NoTraffic"),
            conditions: [
                ("Available", "True", "MinimumReplicasAvailable"), ("Progressing", "True", "NewReplicaSetAvailable"),
            ],
            status: "True",
            reason: "NoTraffic"
        ),
        Sleep(
            replicas: 1,
            activity: ("Unknown", "Queued"),
            conditions: waking,
            isFailing: true,
            status: "False",
            reason: "MinimumReplicasUnavailable"
        ),
        Sleep(
            replicas: 1,
            activity: ("Unknown", "Queued"),
            conditions: [
                ("Available", "False", "MinimumReplicasUnavailable"), ("Progressing", "True", "ReplicaSetUpdated"),
            ],
            status: "False",
            reason: "MinimumReplicasUnavailable"
        ),
        Sleep(
            replicas: 1,
            activity: ("True", ""),
            conditions: [("Available", "True", "MinimumReplicasAvailable")],
            status: "True",
            reason: "MinimumReplicasAvailable"
        ),
    ])
    func sleeping(_ c: Sleep) throws {
        let plan = try plan(try service("predictor: {minReplicas: 0, sklearn: {}}"))
        var verdict = ServiceVerdict()
        var deployment = deployment(c.conditions)
        deployment.spec["replicas"] = .int(c.replicas)
        verdict.deployments[deployment.name] = deployment
        var autoscaler = try #require(plan.workloads.first?.autoscaler?.object)
        autoscaler.status["conditions"] = [
            ["type": "Active", "status": .string(c.activity.status), "reason": .string(c.activity.reason)],
            ["type": "ScaleTargetInitialized", "status": c.hasRun ? "True" : "Unknown"],
        ]
        verdict.autoscalers[deployment.name] = autoscaler
        let failure: JSON = [
            ["name": "kserve-container", "state": ["terminated": ["reason": "Error", "message": "no model"]]]
        ]
        if c.isFailing { verdict.pods = [pod("a", isReady: false, failure)] }
        let condition = status(verdict, plan).conditions["PredictorReady"]
        #expect(condition["status"].string == c.status)
        #expect(condition["reason"].string == c.reason)
    }

    struct Case: CustomTestStringConvertible, Sendable {
        let conditions: [(String, String, String)]
        let status: String
        let reason: String?
        var testDescription: String { "\(conditions)" }
    }

    @Test(arguments: [
        Case(conditions: [], status: "False", reason: nil),
        Case(
            conditions: [("Progressing", "True", "NewReplicaSetCreated")],
            status: "Unknown",
            reason: "NewReplicaSetCreated"
        ),
        Case(
            conditions: [
                ("Progressing", "True", "ReplicaSetUpdated"), ("Available", "True", "MinimumReplicasAvailable"),
            ],
            status: "True",
            reason: "MinimumReplicasAvailable"
        ),
        Case(
            conditions: [
                ("Progressing", "True", "ReplicaSetUpdated"), ("Available", "False", "MinimumReplicasUnavailable"),
            ],
            status: "False",
            reason: "MinimumReplicasUnavailable"
        ),
        Case(
            conditions: [("Progressing", "False", "ProgressDeadlineExceeded"), ("Available", "True", "a")],
            status: "False",
            reason: "ProgressDeadlineExceeded"
        ),
        Case(
            conditions: [("Available", "True", "a"), ("ReplicaFailure", "True", "FailedCreate")],
            status: "False",
            reason: "FailedCreate"
        ),
    ])
    func predictorReadiness(_ c: Case) throws {
        let (verdict, plan) = try verdict(deployment(c.conditions), parents: accepted)
        let condition = status(verdict, plan).conditions["PredictorReady"]
        #expect(condition["status"].string == c.status)
        #expect(condition["reason"].string == c.reason)
    }

    @Test(arguments: [
        (JSON.null, "ParentStatusNotAvailable"),
        (JSON.array([refused]), "NotAllowedByListeners"),
    ])
    func theGatewayMustHaveTakenTheRoutes(_ parents: JSON, _ reason: String) throws {
        let (verdict, plan) = try verdict(deployment(available), parents: parents)
        let status = status(verdict, plan)
        #expect(!status.isReady)
        #expect(status.conditions["IngressReady"]["reason"].string == reason)
        #expect(status.conditions["Ready"]["reason"].string == reason)
    }

    @Test func aModelThatCannotBeLoadedIsTold() throws {
        let failed: JSON = [
            [
                "name": "kserve-container", "state": ["waiting": ["reason": "CrashLoopBackOff"]],
                "lastState": ["terminated": ["reason": "Error", "exitCode": 1, "message": "no model in /mnt/models"]],
            ]
        ]
        let (verdict, plan) = try verdict(
            deployment([("Available", "False", "MinimumReplicasUnavailable")]),
            parents: accepted,
            pods: [pod("a", isReady: false, failed)]
        )
        #expect(
            status(verdict, plan).json["modelStatus"] == [
                "transitionStatus": "BlockedByFailedLoad", "copies": ["failedCopies": 1, "totalCopies": 0],
                "states": ["activeModelState": "Pending", "targetModelState": "FailedToLoad"],
                "lastFailureInfo": ["reason": "ModelLoadFailed", "message": "no model in /mnt/models", "exitCode": 1],
            ]
        )
    }

    @Test func aFetchIsLoading() throws {
        let running: JSON = [["name": "storage-initializer", "state": ["running": ["startedAt": "x"]]]]
        let (verdict, plan) = try verdict(
            deployment([]),
            parents: accepted,
            pods: [pod("a", isReady: false, initContainers: running)]
        )
        let model = status(verdict, plan).json["modelStatus"]
        #expect(model["states"]["targetModelState"] == "Loading")
        #expect(model["transitionStatus"] == "InProgress")
    }

    @Test func anImageThatCannotBePulledIsTold() throws {
        let waiting: JSON = [
            ["name": "kserve-container", "state": ["waiting": ["reason": "ErrImagePull", "message": "no such image"]]]
        ]
        let (verdict, plan) = try verdict(
            deployment([]),
            parents: accepted,
            pods: [pod("a", isReady: false, waiting)]
        )
        let model = status(verdict, plan).json["modelStatus"]
        #expect(model["transitionStatus"] == "InProgress")
        #expect(
            model["lastFailureInfo"] == [
                "reason": "RuntimeUnhealthy",
                "message": "container kserve-container of pod a: ErrImagePull: no such image",
            ]
        )
    }
}
