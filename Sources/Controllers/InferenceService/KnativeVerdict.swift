import Base
package import KServeModel
import KubeModel

/// What an InferenceService's status says of its Knative Services.
package struct KnativeVerdict {
    private let found: KnativeObjects

    package init(_ found: KnativeObjects) { self.found = found }

    /// Writes the status of a service whose plan is carried out.
    package func settle(_ status: inout InferenceServiceStatus, for plan: KnativePlan) {
        let canaries = plan.canaries.map { canary in
            InferenceServiceStatus.CanaryReport(
                name: canary.name,
                percent: canary.percent,
                isReady: canary.isReady,
                pods: found.canaryPods[canary.name] ?? []
            )
        }
        let awaited = status.awaited(plan.service, canaries)
        status.set("Stopped", .false)
        let components = plan.parts.map(\.component)
        status.forget(allBut: components)
        for part in plan.parts { settle(part, &status) }
        settleAll("RoutesReady", components.map(\.conditions.route), &status)
        settleAll("LatestDeploymentReady", components.map(\.conditions.configuration), &status)
        settleIngress(&status, plan, awaiting: awaited)
        status.settleCanaries(canaries)
        if let url = plan.url { status.json["url"] = .string(url) }
        status.json["address"] = ["url": .string(plan.address)]
        status.settle(plan.runtime)
        settleModel(&status, plan)
    }

    private func settle(_ part: KnativePlan.Part, _ status: inout InferenceServiceStatus) {
        let kind = part.component
        guard let service = found.services[part.wanted.name] else {
            let message = "Knative Service \(part.wanted.name) is not there yet"
            return status.set(kind.readyCondition, .unknown, reason: "ServiceMissing", message: message)
        }
        let conditions = Conditions(service.status["conditions"])
        status.set(kind.conditions.route, as: conditions["RoutesReady"])
        status.set(kind.conditions.configuration, as: conditions["ConfigurationsReady"])
        if service.isObserved {
            status.set(kind.readyCondition, as: conditions["Ready"])
        } else {
            let message = "Knative Service \(service.name) has not been seen to yet"
            status.set(kind.readyCondition, .unknown, reason: "OutOfDate", message: message)
        }
        var component = status.json["components"][kind.rawValue]
        if component.isNull { component = .emptyObject }
        var history = RevisionHistory(component)
        history.follow(service)
        history.settle(&component)
        component["traffic"] = service.status["traffic"]
        if conditions.isTrue("Ready") {
            component["url"] = service.status["url"]
            component["address"] = service.status["address"]
        }
        status.json[path: ["components", kind.rawValue]] = component
    }

    /// A condition about all components: True when each one's own is.
    private func settleAll(_ type: String, _ parts: [String], _ status: inout InferenceServiceStatus) {
        guard let fault = parts.last(where: { !status.conditions.isTrue($0) }) else { return status.set(type, .true) }
        let isFalse = status.conditions.status(fault) == .false
        status.set(type, isFalse ? .false : .unknown, reason: "\(fault) not ready")
    }

    private func settleIngress(_ status: inout InferenceServiceStatus, _ plan: KnativePlan, awaiting versions: [String])
    {
        let components = plan.parts.map(\.component)
        guard plan.routes.isEmpty, components.allSatisfy({ status.conditions.isTrue($0.readyCondition) }) else {
            return status.settleIngress(components, awaiting: versions, through: plan.routes, found: found.routes)
        }
        let message = "no revision has the traffic yet"
        status.set("IngressReady", .unknown, reason: "TrafficUnknown", message: message)
    }

    private func settleModel(_ status: inout InferenceServiceStatus, _ plan: KnativePlan) {
        let predictor = status.json["components"]["predictor"]
        let isCurrent = predictor["latestCreatedRevision"] == predictor["latestReadyRevision"]
        var model = ModelStatus(status.json["modelStatus"])
        model.follow(pods: found.pods, isReady: status.isReady && isCurrent)
        if found.pods.isEmpty, status.conditions.status("PredictorReady") == .false { model.failUnseen() }
        status.json["modelStatus"] = model.json
    }
}

extension InferenceServiceStatus {
    /// Takes over a condition of another object, where it has one.
    fileprivate mutating func set(_ type: String, as condition: JSON) {
        guard let status = condition["status"].string.flatMap({ Conditions.Status(rawValue: $0) }) else { return }
        set(type, status, reason: condition["reason"].string ?? "", message: condition["message"].string ?? "")
    }
}
