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
        let canaries = plan.canaries.map { canary in
            InferenceServiceStatus.CanaryReport(
                name: canary.name,
                percent: canary.percent,
                isReady: canary.isReady,
                pods: canaryPods[canary.name] ?? []
            )
        }
        let awaited = status.awaited(plan.service, canaries)
        status.set("Stopped", .false)
        status.forget(allBut: plan.workloads.map(\.component))
        for workload in plan.workloads { settle(workload, &status, plan.urls) }
        settleScaling(&status, plan)
        settleVersions(&status, plan)
        status.settleIngress(
            plan.workloads.map(\.component),
            awaiting: awaited,
            through: plan.routes,
            found: routes
        )
        status.settleCanaries(canaries)
        status.json["url"] = .string(plan.urls.url)
        status.json["address"] = ["url": .string(plan.urls.address)]
        status.settle(plan.runtime)
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
        tell("LoadScalingReady", "PodAutoscalersNotServed", .podAutoscalers, "scaled by the processor's use, from 1 on")
        tell("EventScalingReady", "ScaledObjectsNotServed", .scaledObjects, "replicas are left as they are")

        func tell(_ condition: String, _ reason: String, _ kind: ResourceID, _ instead: String) {
            let names = plan.workloads.filter { $0.lacks == kind }.map(\.name)
            if names.isEmpty { return status.remove(condition) }
            let message = "\(names.joined(separator: ", ")): the API does not serve \(kind.qualified); \(instead)"
            status.set(condition, .false, reason: reason, message: message)
        }
    }

    /// Which versions have run, and which share the traffic, as Knative tells it of revisions.
    private func settleVersions(_ status: inout InferenceServiceStatus, _ plan: ServicePlan) {
        let (rollout, name) = (plan.rollout, plan.service.workloadName(plan.service.predictor))
        let (newest, stable) = (rollout.newest.name(of: name), rollout.stable.name(of: name))
        let isReady =
            rollout.latest == nil ? status.conditions.isTrue("PredictorReady") : plan.canaries.allSatisfy(\.isReady)
        var component = status.json["components"]["predictor"]
        component["latestCreatedRevision"] = .string(newest)
        if isReady { component["latestReadyRevision"] = .string(newest) }
        component["latestRolledoutRevision"] = .string(stable)
        component["previousRolledoutRevision"] = JSON(rollout.previous?.name(of: name))
        component["traffic"] =
            plan.service.predictor.canaryTrafficPercent == nil ? .null : .array(traffic(of: plan, newest, stable))
        status.json[path: ["components", "predictor"]] = component
    }

    private func traffic(of plan: ServicePlan, _ newest: String, _ stable: String) -> [JSON] {
        func entry(_ name: String, _ percent: Int, isLatest: Bool, tag: String) -> JSON {
            var entry: JSON = [
                "revisionName": .string(name), "latestRevision": .bool(isLatest), "percent": .int(Int64(percent)),
            ]
            guard let url = plan.urls.url(tag: tag) else { return entry }
            entry["tag"] = .string(tag)
            entry["url"] = .string(url)
            return entry
        }
        guard plan.rollout.latest != nil else { return [entry(newest, 100, isLatest: true, tag: "latest")] }
        // A version that is not ready yet gets nothing.
        let share = plan.canaries.filter(\.isReady).reduce(0) { $0 + $1.percent }
        return [
            entry(newest, share, isLatest: true, tag: "latest"),
            entry(stable, 100 - share, isLatest: false, tag: "prev"),
        ]
    }
}
