package import Base
package import KubeModel

/// What the gateway says of routes and gateways in their status: pure, from the objects as they are.
package struct RouteStatus: Sendable {
    /// The name that this gateway's GatewayClasses carry as their controller, and that it signs statuses with.
    package static let controllerName = "roost.dev/gateway-controller"
    /// Controllers of other programs whose classes this gateway serves as well: manifests made for them work unchanged.
    private static let alsoServed: Set<String> = [controllerName, "istio.io/gateway-controller"]

    private let gateways: [ObjectKey: KubeObject]
    private let services: [ObjectKey: KubeObject]
    private let now: WallTime

    package init(gateways: [KubeObject], services: [KubeObject], now: WallTime) {
        self.gateways = Dictionary(gateways.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        self.services = Dictionary(services.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        self.now = now
    }

    /// Whether this gateway carries out the Gateways of a class.
    package static func serves(class gatewayClass: KubeObject) -> Bool {
        alsoServed.contains(gatewayClass.spec["controllerName"].string ?? "")
    }

    /// Whether one of the route's parents is a Gateway that is served here and takes routes of the route's namespace.
    package func accepts(_ route: KubeObject) -> Bool {
        parents(of: route).contains { acceptance(of: route, by: $0).isTrue }
    }

    /// The route's status; parents that other controllers wrote stay.
    package func status(of route: KubeObject) -> JSON {
        let old = route.status["parents"].array ?? []
        let others = old.filter { $0["controllerName"].string != RouteStatus.controllerName }
        let own = parents(of: route).map { reference -> JSON in
            let before = old.first {
                $0["parentRef"] == reference && $0["controllerName"].string == RouteStatus.controllerName
            }
            let conditions = [acceptance(of: route, by: reference), resolution(of: route)]
            return [
                "parentRef": reference, "controllerName": .string(RouteStatus.controllerName),
                "conditions": .array(conditions.map { $0.json(route, before?["conditions"] ?? .null, now) }),
            ]
        }
        return ["parents": .array(others + own)]
    }

    private func parents(of route: KubeObject) -> [JSON] {
        (route.spec["parentRefs"].array ?? []).filter { ($0["kind"].string ?? "Gateway") == "Gateway" }
    }

    private func acceptance(of route: KubeObject, by reference: JSON) -> RouteCondition {
        let namespace = reference["namespace"].string ?? route.namespace
        let name = reference["name"].string ?? ""
        guard let gateway = gateways[ObjectKey(namespace: namespace, name: name)] else {
            let message = "there is no Gateway \(namespace ?? "")/\(name) that this gateway serves"
            return RouteCondition("Accepted", isTrue: false, "NoMatchingParent", message)
        }
        let listeners = gateway.spec["listeners"].array ?? []
        let allowing = listeners.filter { listener in
            let from = listener["allowedRoutes"]["namespaces"]["from"].string ?? "Same"
            return from == "All" || (from == "Same" && namespace == route.namespace)
        }
        guard !allowing.isEmpty else {
            let message = "no listener of \(namespace ?? "")/\(name) takes routes of namespace \(route.namespace ?? "")"
            return RouteCondition("Accepted", isTrue: false, "NotAllowedByListeners", message)
        }
        return RouteCondition("Accepted", isTrue: true, "Accepted", "Route is accepted")
    }

    private func resolution(of route: KubeObject) -> RouteCondition {
        let backends = RouteRule.rules(of: route).flatMap(\.backends).map(\.backend)
        for backend in backends {
            guard let service = services[backend.service] else {
                return RouteCondition(
                    "ResolvedRefs",
                    isTrue: false,
                    "BackendNotFound",
                    "there is no Service \(backend.service)"
                )
            }
            let ports = (service.spec["ports"].array ?? []).compactMap { $0["port"].int }
            if !ports.contains(backend.port) {
                let message = "Service \(backend.service) has no port \(backend.port)"
                return RouteCondition("ResolvedRefs", isTrue: false, "BackendNotFound", message)
            }
        }
        return RouteCondition("ResolvedRefs", isTrue: true, "ResolvedRefs", "All references are resolved")
    }
}

/// A condition before it has a time.
struct RouteCondition: Equatable {
    let type: String
    let isTrue: Bool
    let reason: String
    let message: String

    init(_ type: String, isTrue: Bool, _ reason: String, _ message: String) {
        self.type = type
        self.isTrue = isTrue
        self.reason = reason
        self.message = message
    }

    /// The condition as JSON; the time of the last transition stays where the status does.
    func json(_ object: KubeObject, _ before: JSON, _ now: WallTime) -> JSON {
        let status = isTrue ? "True" : "False"
        let known = (before.array ?? []).first { $0["type"].string == type && $0["status"].string == status }
        return [
            "type": .string(type), "status": .string(status), "reason": .string(reason), "message": .string(message),
            "observedGeneration": .int(Int64(object.generation)),
            "lastTransitionTime": known?["lastTransitionTime"] ?? .string(now.rfc3339),
        ]
    }
}
