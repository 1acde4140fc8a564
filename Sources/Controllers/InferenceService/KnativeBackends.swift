import Base
import KServeModel
package import KubeModel

/// What Knative reports of an InferenceService's components.
package struct KnativeObjects {
    /// Knative Services by name.
    package var services: [String: KubeObject] = [:]
    /// HTTPRoutes by name.
    package var routes: [String: KubeObject] = [:]
    /// The pods of the predictor's newest revision, newest first.
    package var pods: [KubeObject] = []
    /// The pods of each canary's newest revision, newest first.
    package var canaryPods: [String: [KubeObject]] = [:]

    package init() {}

    /// Whether a Knative Service answers as it was last asked to.
    func isReady(_ name: String) -> Bool {
        guard let service = services[name] else { return false }
        return service.isObserved && Conditions(service.status["conditions"]).isTrue("Ready")
    }

    /// Where a Knative Service is reached.
    func url(_ name: String) -> String? { services[name]?.status["url"].string }
}

extension KubeObject {
    /// Whether the status speaks of what the spec says now.
    var isObserved: Bool { status["observedGeneration"].int == generation }
}

/// The Services of revisions that carry an InferenceService's requests, with their shares: no second hop over the
/// components' own routes.
struct KnativeBackends {
    let parts: [KnativePlan.Part]
    let canaries: [KnativePlan.CanaryPart]
    let found: KnativeObjects
    let service: InferenceService

    /// The backends of every component; nil while one of them is unknown.
    var complete: [Component.Kind: [JSON]]? {
        var shares: [Component.Kind: [JSON]] = [:]
        for part in parts {
            guard let backends = backends(of: part.wanted.name) else { return nil }
            shares[part.component] = backends
        }
        let ready = canaries.filter(\.isReady)
        guard !ready.isEmpty, let stable = shares[.predictor] else { return shares }
        let shared = ready.reduce(0) { $0 + $1.percent }
        var all = KnativeBackends.weighted(stable, by: 100 - shared)
        for canary in ready {
            all += KnativeBackends.weighted(backends(of: canary.part.wanted.name) ?? [], by: canary.percent)
        }
        shares[.predictor] = all
        return shares
    }

    /// The backends of everything that has an address of its own: named versions, and revisions with a tag.
    var variants: [ServiceRoutes.Variant] {
        guard let predictor = parts.first else { return [] }
        let versions = canaries.isEmpty ? [] : [(service.predictor.variant, predictor.wanted.name)]
        let named = (versions + canaries.map { ($0.name, $0.part.wanted.name) }).filter { !$0.0.isEmpty }
        let variants = named.compactMap { name, workload in
            backends(of: workload).map { ServiceRoutes.Variant(name: name, backends: $0) }
        }
        let traffic = found.services[predictor.wanted.name]?.status["traffic"].array ?? []
        return variants
            + traffic.compactMap { entry in
                guard let tag = entry["tag"].string, let name = entry["revisionName"].string else { return nil }
                return ServiceRoutes.Variant(name: tag, backends: [reference(name, weight: 100)])
            }
    }

    /// A Knative Service's backends: those of the route that carries it out, which knows of gradual rollouts, else those of
    /// its status.
    private func backends(of name: String) -> [JSON]? {
        if let backends = found.routes[name]?.spec["rules"].array?.last?["backendRefs"].array, !backends.isEmpty {
            return backends
        }
        let traffic = found.services[name]?.status["traffic"].array ?? []
        let backends = traffic.compactMap { entry in
            entry["revisionName"].string.map { reference($0, weight: entry["percent"].int ?? 0) }
        }
        return backends.isEmpty ? nil : backends
    }

    private func reference(_ name: String, weight: Int) -> JSON {
        [
            "kind": "Service", "name": .string(name), "namespace": .string(service.namespace), "port": 80,
            "weight": .int(Int64(weight)),
        ]
    }

    /// Backends with percents of a share, in hundredths of a percent of the whole.
    private static func weighted(_ backends: [JSON], by percent: Int) -> [JSON] {
        backends.map { backend in
            var backend = backend
            let weight = min(max(backend["weight"].int ?? 100, 0), 100)
            backend["weight"] = .int(Int64(weight * percent))
            return backend
        }
    }
}
