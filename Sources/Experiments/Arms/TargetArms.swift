import Base
package import KServeModel
package import KubeClient
package import KubeModel

/// The versions that a target has, and where their shares are written.
package struct TargetArms: Sendable {
    package let arms: [Arm]
    private let place: Place

    /// Where shares live.
    private enum Place: Sendable {
        /// `spec.canary[].trafficPercent`, in the order of the arms after the first.
        case canaries
        /// `spec.predictor.canaryTrafficPercent`: the share of the first arm, the latest revision.
        case latestRevision
        /// The weights of a route's backends: their rule, their place in it, the arm.
        case backends([(rule: Int, backend: Int, arm: Int)])
    }

    /// The versions of an InferenceService: its canaries, or the revisions that share its traffic.
    package init(_ service: InferenceService) throws(TargetFault) {
        let canaries = service.canaries
        if !canaries.isEmpty {
            arms = TargetArms.arms(of: service, canaries)
            place = .canaries
            return
        }
        let traffic = service.object.status["components"]["predictor"]["traffic"].array ?? []
        let latest = traffic.first { $0["latestRevision"].bool == true }
        let previous = traffic.first { $0["latestRevision"].bool != true && $0["revisionName"].string != nil }
        guard let latest, let previous, !service.predictor.json["canaryTrafficPercent"].isNull else {
            throw TargetFault("InferenceService \(service.name) has one version: a canary is needed to compare with")
        }
        let services = TargetArms.rolloutServices(of: service)
        arms = [("latest", latest, services?.latest), ("previous", previous, services?.previous)].map {
            name,
            entry,
            own in
            let revision = entry["revisionName"].string ?? ""
            return Arm(name: name, service: own ?? revision, weight: entry["percent"].int ?? 0, version: revision)
        }
        place = .latestRevision
    }

    /// The backends of an HTTPRoute, each Service one version.
    package init(route: KubeObject) throws(TargetFault) {
        var arms: [Arm] = []
        var places: [(rule: Int, backend: Int, arm: Int)] = []
        for (rule, json) in (route.spec["rules"].array ?? []).enumerated() {
            for (backend, reference) in (json["backendRefs"].array ?? []).enumerated() {
                guard let name = reference["name"].string else { continue }
                if !arms.contains(where: { $0.name == name }) {
                    arms.append(Arm(name: name, service: name, weight: reference["weight"].int ?? 1, version: name))
                }
                places.append((rule, backend, arms.firstIndex { $0.name == name } ?? 0))
            }
        }
        guard arms.count > 1 else {
            throw TargetFault("HTTPRoute \(route.name) has one backend: a second one is needed to compare with")
        }
        self.arms = arms
        place = .backends(places)
    }

    /// What to change so that the arms have these shares; nil where they have them.
    package func patch(weights: [Int]) -> Patch? {
        guard weights.count == arms.count, weights != arms.map(\.weight) else { return nil }
        switch place {
        case .canaries:
            return .json(.array(arms.indices.dropFirst().flatMap { canaryChanges($0 - 1, weights[$0]) }))
        case .latestRevision:
            return .merge(["spec": ["predictor": ["canaryTrafficPercent": .int(Int64(weights[0]))]]])
        case .backends(let places):
            return .json(
                .array(
                    places.map { place in
                        TargetArms.change(
                            "/spec/rules/\(place.rule)/backendRefs/\(place.backend)/weight",
                            weights[place.arm]
                        )
                    }
                )
            )
        }
    }

    /// The Services of the two versions in Standard mode; in Knative mode a revision has a Service of its name.
    private static func rolloutServices(of service: InferenceService) -> (latest: String, previous: String)? {
        let mode = service.object.status["deploymentMode"].string.flatMap { DeploymentMode($0) }
        guard mode == .standard else { return nil }
        let latest = WorkloadName.predictor(service.name, variant: StandardRollout.latestName)
        return (latest, WorkloadName.predictor(service.name))
    }

    private static func arms(of service: InferenceService, _ canaries: [Canary]) -> [Arm] {
        let shared = canaries.reduce(0) { $0 + $1.trafficPercent }
        let predictor = service.predictor
        let stable = Arm(
            name: predictor.variant.isEmpty ? "stable" : predictor.variant,
            service: service.workloadName(predictor),
            weight: 100 - shared,
            version: version(of: predictor)
        )
        return [stable]
            + canaries.map { canary in
                Arm(
                    name: canary.name,
                    service: service.workloadName(canary.predictor),
                    weight: canary.trafficPercent,
                    version: version(of: canary.predictor)
                )
            }
    }

    /// What answers: the model or the containers, in 16 digits.
    private static func version(of component: Component) -> String {
        let content = JSON.object(component.json.object?.filter { component.implementations.contains($0.key) } ?? [:])
        let hash = content.text.utf8.reduce(0xCBF2_9CE4_8422_2325 as UInt64) { ($0 ^ UInt64($1)) &* 0x100_0000_01B3 }
        return String(hash, radix: 16)
    }

    /// A canary's share, written only while it is still at that place of the list.
    private func canaryChanges(_ index: Int, _ weight: Int) -> [JSON] {
        [
            [
                "op": "test", "path": .string("/spec/canary/\(index)/predictor/name"),
                "value": .string(arms[index + 1].name),
            ],
            TargetArms.change("/spec/canary/\(index)/trafficPercent", weight),
        ]
    }

    private static func change(_ path: String, _ weight: Int) -> JSON {
        ["op": "add", "path": .string(path), "value": .int(Int64(weight))]
    }
}

/// Why an experiment cannot be carried out now.
package struct TargetFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    init(_ description: String) { self.description = description }
}
