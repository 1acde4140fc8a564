import Base
import KServeModel
import KubeModel

/// The status of an InferenceGraph while a reconcile writes it.
struct GraphStatus {
    private(set) var json: JSON
    private var conditions: Conditions
    private let now: WallTime

    init(_ graph: KubeObject, now: WallTime) {
        json = graph.status
        conditions = Conditions(graph.status["conditions"], order: .byType)
        self.now = now
        json["observedGeneration"] = .int(Int64(graph.generation))
    }

    /// The graph's objects are there: it is ready when its router runs and the gateway has its route.
    mutating func settle(_ objects: GraphObjects, deployment: KubeObject?, route: KubeObject?) {
        json["deploymentMode"] = .string(DeploymentMode.standard.rawValue)
        json["address"] = ["url": .string(objects.address)]
        conditions.set("Stopped", .false, now: now)
        let readiness = WorkloadReadiness(deployment: deployment)
        guard readiness.status == .true else {
            json["url"] = .null
            let reason = readiness.reason.isEmpty ? "RouterNotReady" : readiness.reason
            return conditions.set("Ready", readiness.status, reason: reason, message: readiness.message, now: now)
        }
        let parents = route?.status["parents"].array ?? []
        let faults = parents.flatMap { $0["conditions"].array ?? [] }.filter { $0["status"].string == "False" }
        guard !parents.isEmpty, faults.isEmpty else {
            json["url"] = .null
            let (reason, message) = (faults.first?["reason"].string, faults.first?["message"].string)
            return conditions.set(
                "Ready",
                .false,
                reason: reason ?? "ParentStatusNotAvailable",
                message: "HTTPRoute \(objects.route.name): \(message ?? "the gateway has not answered for it")",
                now: now
            )
        }
        json["url"] = .string(objects.url)
        conditions.set("Ready", .true, now: now)
    }

    /// In Serverless mode a graph is what its Knative Service is.
    mutating func settle(service: KubeObject?) {
        json["deploymentMode"] = .string(DeploymentMode.knative.rawValue)
        let reported = Conditions(service?.status["conditions"] ?? .null)
        for condition in service?.status["conditions"].array ?? [] {
            guard let type = condition["type"].string, let status = reported.status(type) else { continue }
            let (reason, message) = (condition["reason"].string ?? "", condition["message"].string ?? "")
            conditions.set(type, status, reason: reason, message: message, now: now)
        }
        let isOfNow = service.map { $0.status["observedGeneration"].int == $0.generation } ?? false
        if !isOfNow { conditions.set("Ready", .unknown, reason: "ServiceNotReported", now: now) }
        let isReady = conditions.isTrue("Ready")
        json["url"] = isReady ? service?.status["url"] ?? .null : .null
        json["address"] = service?.status["address"] ?? .null
        conditions.set("Stopped", .false, now: now)
    }

    /// What the graph asks for cannot be made.
    mutating func refuse(_ fault: PlanFault) {
        json["url"] = .null
        conditions.set("Stopped", .false, now: now)
        conditions.set("Ready", .false, reason: fault.reason, message: fault.description, now: now)
    }

    /// The graph's user has stopped it.
    mutating func stop() {
        (json["url"], json["address"]) = (.null, .null)
        conditions.set("Ready", .false, reason: "Stopped", now: now)
        conditions.set("Stopped", .true, now: now)
    }

    /// The status to store.
    func finished() -> JSON {
        var status = json
        status["conditions"] = conditions.json
        return status
    }
}
