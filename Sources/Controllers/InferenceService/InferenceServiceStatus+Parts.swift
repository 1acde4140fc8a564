import Base
import KServeModel
import KubeModel

// The parts of a status that do not depend on how a service runs.
extension InferenceServiceStatus {
    /// The way in is ready when the gateway has taken every route and every component behind them runs.
    ///
    /// - Parameter versions: versions that the first traffic waits for.
    mutating func settleIngress(
        _ components: [Component.Kind],
        awaiting versions: [String] = [],
        through wanted: [KubeObject],
        found routes: [String: KubeObject]
    ) {
        for component in components where !conditions.isTrue(component.readyCondition) {
            let condition = component.readyCondition
            let reason = condition.replacing("Ready", with: "NotReady")
            return set("IngressReady", .false, reason: reason, message: "waits for condition \(condition)")
        }
        if let version = versions.first {
            return set("IngressReady", .false, reason: "CanariesNotReady", message: "waits for version \(version)")
        }
        for route in wanted {
            let parents = routes[route.name]?.status["parents"].array ?? []
            if parents.isEmpty {
                let message = "the gateway has not answered for HTTPRoute \(route.name)"
                return set("IngressReady", .false, reason: "ParentStatusNotAvailable", message: message)
            }
            let answers = parents.flatMap { $0["conditions"].array ?? [] }
            guard let fault = answers.first(where: { $0["status"].string == "False" }) else { continue }
            let (reason, message) = (fault["reason"].string ?? "", fault["message"].string ?? "")
            return set("IngressReady", .false, reason: reason, message: "HTTPRoute \(route.name): \(message)")
        }
        set("IngressReady", .true)
    }

    /// What can be seen of one version beside the predictor.
    struct CanaryReport {
        let name: String
        let percent: Int
        let isReady: Bool
        let pods: [KubeObject]

        /// Whether shares mean nothing yet: it is to have one, and it neither runs nor fails.
        var isAwaited: Bool { percent > 0 && !isReady && !ModelStatus.isFailing(pods) }
    }

    /// The versions that a service of named versions waits for before it is ready for the first time.
    func awaited(_ service: InferenceService, _ canaries: [CanaryReport]) -> [String] {
        isReady || service.predictor.variant.isEmpty ? [] : canaries.filter(\.isAwaited).map(\.name)
    }

    /// How the versions beside the predictor are.
    mutating func settleCanaries(_ canaries: [CanaryReport]) {
        guard !canaries.isEmpty else {
            remove("CanaryPredictorReady")
            json["canaryStatuses"] = .null
            return
        }
        let areReady = canaries.allSatisfy(\.isReady)
        let reason = areReady ? "AllCanariesReady" : "CanariesNotReady"
        set("CanaryPredictorReady", areReady ? .true : .false, reason: reason)
        let before = json["canaryStatuses"].array ?? []
        json["canaryStatuses"] = .array(
            canaries.map { canary in
                var model = ModelStatus(before.first { $0["name"].string == canary.name }?["modelStatus"] ?? .null)
                model.follow(pods: canary.pods, isReady: canary.isReady)
                return [
                    "name": .string(canary.name), "ready": .bool(canary.isReady),
                    "trafficPercent": .int(Int64(canary.percent)), "modelStatus": model.json,
                ]
            }
        )
    }

    /// What serves the predictor's model.
    mutating func settle(_ runtime: ServingRuntime?) {
        json["servingRuntimeName"] = runtime?.isClusterWide == false ? JSON(runtime?.name) : .null
        json["clusterServingRuntimeName"] = runtime?.isClusterWide == true ? JSON(runtime?.name) : .null
    }

    /// What is not there any more has no conditions and no part of the status.
    mutating func forget(allBut components: [Component.Kind]) {
        for kind in Component.Kind.allCases where !components.contains(kind) {
            for condition in kind.conditions.all { remove(condition) }
            json[path: ["components", kind.rawValue]] = .null
        }
    }

    /// What the service asks for cannot be made.
    mutating func refuse(_ fault: PlanFault) {
        set("Stopped", .false)
        set(Component.Kind.predictor.readyCondition, .false, reason: fault.reason, message: fault.description)
        guard let refusal = fault.refusal else { return }
        var model = ModelStatus(json["modelStatus"])
        model.refuse(refusal)
        json["modelStatus"] = model.json
    }

    /// The service's user has stopped it.
    mutating func stop(_ service: InferenceService) {
        if !conditions.isTrue("Stopped") {
            clear()
            set(Component.Kind.predictor.readyCondition, .false, reason: "Stopped")
            set("Stopped", .true)
        }
        if service.canaries.isEmpty {
            remove("CanaryPredictorReady")
        } else {
            set("CanaryPredictorReady", .false, reason: "Stopped")
        }
    }
}
