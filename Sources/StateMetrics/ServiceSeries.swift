import Base
import KServeModel
import KubeModel

/// The series of InferenceServices.
struct ServiceSeries {
    private let services: ArraySlice<KubeObject>
    private let deployments: ArraySlice<KubeObject>
    private let label = "inferenceservice"

    init(_ state: ClusterState) {
        services = state.services.prefix(ClusterState.objectsMax)
        deployments = state.deployments.prefix(ClusterState.objectsMax)
    }

    func write(into writer: inout ExpositionWriter) {
        ConditionSeries("kserve_inferenceservice", label: label, Array(services)).write(into: &writer)
        writer.family("kserve_inferenceservice_info", "How a service runs.", .gauge)
        for service in services {
            writer.sample(service.stateLabels(label) + [("mode", service.status["deploymentMode"].string ?? "")], 1)
        }
        writeReplicas(into: &writer)
        writer.family("kserve_inferenceservice_traffic_percent", "Share of requests that a revision gets.", .gauge)
        for service in services {
            for share in TrafficShare.all(of: service) {
                let labels = [("component", "predictor"), ("revision", share.revision)]
                writer.sample(service.stateLabels(label) + labels, share.percent)
            }
        }
        writer.family("kserve_inferenceservice_model_state", "1 for the state that the model is in.", .gauge)
        for service in services {
            for state in ModelStatus.State.allCases {
                let isIt = service.status["modelStatus"]["states"]["activeModelState"].string == state.rawValue
                writer.sample(service.stateLabels(label) + [("state", state.rawValue)], isIt ? 1 : 0)
            }
        }
    }

    private func writeReplicas(into writer: inout ExpositionWriter) {
        func family(_ name: String, _ help: String, _ count: (KubeObject) -> Int) {
            writer.family("kserve_inferenceservice_replicas_\(name)", help, .gauge)
            for deployment in deployments { writer.sample(labels(of: deployment), count(deployment)) }
        }
        family("desired", "Replicas that a revision is to have.") { $0.spec["replicas"].int ?? 1 }
        family("ready", "Replicas of a revision that are ready.") { $0.status["readyReplicas"].int ?? 0 }
        writer.family("kserve_inferenceservice_replicas_max", "Replicas that a component may have at most.", .gauge)
        for service in services {
            for kind in Component.Kind.allCases {
                // 0 is no bound.
                let most = service.spec[kind.rawValue]["maxReplicas"].int ?? 0
                guard most > 0 else { continue }
                writer.sample(service.stateLabels(label) + [("component", kind.rawValue)], most)
            }
        }
    }

    private func labels(of deployment: KubeObject) -> ExpositionWriter.Labels {
        let labels = deployment.labels
        return [
            ("namespace", deployment.namespace ?? ""), (label, labels[StateLabel.service] ?? ""),
            ("component", labels[StateLabel.component] ?? ""), ("revision", deployment.name),
        ]
    }
}

/// The share of requests that one revision of a predictor gets.
struct TrafficShare: Equatable {
    let revision: String
    let percent: Int

    /// The shares of a service's revisions, as its status tells of them.
    static func all(of service: KubeObject) -> [TrafficShare] {
        let predictor = service.status["components"]["predictor"]
        let stable = predictor["latestRolledoutRevision"].string ?? predictor["latestReadyRevision"].string
        if let traffic = predictor["traffic"].array {
            return traffic.map {
                TrafficShare(revision: $0["revisionName"].string ?? "", percent: $0["percent"].int ?? 0)
            }
            .filter { !$0.revision.isEmpty }
        }
        let canaries = (service.status["canaryStatuses"].array ?? []).map { canary in
            // A version that is not ready gets nothing yet.
            let percent = canary["ready"].bool == true ? canary["trafficPercent"].int ?? 0 : 0
            let variant = canary["name"].string ?? ""
            return TrafficShare(revision: WorkloadName.predictor(service.name, variant: variant), percent: percent)
        }
        guard let stable else { return canaries }
        return [TrafficShare(revision: stable, percent: 100 - canaries.reduce(0) { $0 + $1.percent })] + canaries
    }
}
