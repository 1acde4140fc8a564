import Base
package import KServeModel
package import KubeModel

/// What can be seen of an InferenceService's objects, and what its status says of them.
package struct ServiceVerdict {
    /// Deployments by name.
    package var deployments: [String: KubeObject] = [:]
    /// PodAutoscalers by name.
    package var autoscalers: [String: KubeObject] = [:]
    /// The routes that are there, by name.
    package var routes: [String: KubeObject] = [:]
    /// The predictor's pods, newest first.
    package var pods: [KubeObject] = []
    /// The pods of each canary, newest first.
    package var canaryPods: [String: [KubeObject]] = [:]

    package init() {}

    /// Writes the status of a service whose plan is carried out.
    package func settle(_ status: inout InferenceServiceStatus, for plan: ServicePlan) {
        status.set("Stopped", .false)
        for kind in Component.Kind.allCases where !plan.workloads.contains(where: { $0.component == kind }) {
            status.remove(kind.readyCondition)
            status.json[path: ["components", kind.rawValue]] = .null
        }
        for workload in plan.workloads { settle(workload, &status, plan.urls) }
        settleScaling(&status, plan)
        settleIngress(&status, plan)
        settleCanaries(&status, plan)
        status.json["url"] = .string(plan.urls.url)
        status.json["address"] = ["url": .string(plan.urls.address)]
        let runtime = plan.runtime
        status.json["servingRuntimeName"] = runtime?.isClusterWide == false ? JSON(runtime?.name) : .null
        status.json["clusterServingRuntimeName"] = runtime?.isClusterWide == true ? JSON(runtime?.name) : .null
        var model = ModelStatus(status.json["modelStatus"])
        model.follow(pods: pods, isReady: status.isReady)
        status.json["modelStatus"] = model.json
    }

    private func settle(_ workload: Workload, _ status: inout InferenceServiceStatus, _ urls: ServiceURLs) {
        let kind = workload.component
        let readiness = readiness(of: workload)
        status.set(kind.readyCondition, readiness.status, reason: readiness.reason, message: readiness.message)
        let known = status.json["components"][kind.rawValue]["url"]
        status.setComponent(kind, "url", readiness.status == .true ? JSON(urls.url(kind)) : known)
    }

    /// What may sleep is ready asleep, and while it wakes; unless what wakes is seen to fail.
    private func readiness(of workload: Workload) -> WorkloadReadiness {
        let deployment = deployments[workload.name]
        let isFailing = workload.component == .predictor && ModelStatus.isFailing(pods)
        guard workload.sleeps, !isFailing, let autoscaler = autoscalers[workload.name] else {
            return WorkloadReadiness(deployment: deployment)
        }
        return WorkloadReadiness(deployment: deployment, wokenBy: autoscaler)
    }

    private func settleScaling(_ status: inout InferenceServiceStatus, _ plan: ServicePlan) {
        let names = plan.workloads.filter(\.lacksLoadScaling).map(\.name)
        if names.isEmpty { return status.remove("LoadScalingReady") }
        let kind = ResourceID.podAutoscalers.qualified
        let message =
            "\(names.joined(separator: ", ")): the API does not serve \(kind); scaled by the processor's use, from 1 on"
        status.set("LoadScalingReady", .false, reason: "PodAutoscalersNotServed", message: message)
    }

    /// The way in is ready when the gateway has taken every route and every component behind them runs.
    private func settleIngress(_ status: inout InferenceServiceStatus, _ plan: ServicePlan) {
        for workload in plan.workloads where !status.conditions.isTrue(workload.component.readyCondition) {
            let condition = workload.component.readyCondition
            let reason = condition.replacing("Ready", with: "NotReady")
            return status.set("IngressReady", .false, reason: reason, message: "waits for condition \(condition)")
        }
        for wanted in plan.routes {
            let parents = routes[wanted.name]?.status["parents"].array ?? []
            if parents.isEmpty {
                let message = "the gateway has not answered for HTTPRoute \(wanted.name)"
                return status.set("IngressReady", .false, reason: "ParentStatusNotAvailable", message: message)
            }
            let conditions = parents.flatMap { $0["conditions"].array ?? [] }
            if let fault = conditions.first(where: { $0["status"].string == "False" }) {
                let (reason, message) = (fault["reason"].string ?? "", fault["message"].string ?? "")
                return status.set(
                    "IngressReady",
                    .false,
                    reason: reason,
                    message: "HTTPRoute \(wanted.name): \(message)"
                )
            }
        }
        status.set("IngressReady", .true)
    }

    private func settleCanaries(_ status: inout InferenceServiceStatus, _ plan: ServicePlan) {
        guard !plan.canaries.isEmpty else {
            status.remove("CanaryPredictorReady")
            status.json["canaryStatuses"] = .null
            return
        }
        let areReady = plan.canaries.allSatisfy(\.isReady)
        status.set(
            "CanaryPredictorReady",
            areReady ? .true : .false,
            reason: areReady ? "AllCanariesReady" : "CanariesNotReady"
        )
        let before = status.json["canaryStatuses"].array ?? []
        status.json["canaryStatuses"] = .array(
            plan.canaries.map { canary in
                var model = ModelStatus(before.first { $0["name"].string == canary.name }?["modelStatus"] ?? .null)
                model.follow(pods: canaryPods[canary.name] ?? [], isReady: canary.isReady)
                return [
                    "name": .string(canary.name), "ready": .bool(canary.isReady),
                    "trafficPercent": .int(Int64(canary.percent)), "modelStatus": model.json,
                ]
            }
        )
    }
}

extension InferenceServiceStatus {
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
    mutating func stop() {
        if conditions.isTrue("Stopped") { return }
        clear()
        set(Component.Kind.predictor.readyCondition, .false, reason: "Stopped")
        set("Stopped", .true)
    }
}
