package import Base
package import KubeModel

/// What the gateway says of routes and gateways in their status: pure, from the objects as they are.
package struct RouteStatus: Sendable {
    /// The name that this gateway's GatewayClasses carry as their controller, and that it signs statuses with.
    package static let controllerName = "roost.dev/gateway-controller"
    /// Controllers of other programs whose classes this gateway serves as well: manifests made for them work unchanged.
    private static let alsoServed: Set<String> = [controllerName, "istio.io/gateway-controller"]

    private let attachments: RouteAttachments
    private let service: @Sendable (ObjectKey) -> KubeObject?
    private let now: WallTime

    /// - Parameter service: a Service by its key.
    package init(
        _ attachments: RouteAttachments,
        now: WallTime,
        service: @escaping @Sendable (ObjectKey) -> KubeObject?
    ) {
        self.attachments = attachments
        self.service = service
        self.now = now
    }

    /// Whether this gateway carries out the Gateways of a class.
    package static func serves(class gatewayClass: KubeObject) -> Bool {
        alsoServed.contains(gatewayClass.spec["controllerName"].string ?? "")
    }

    /// The route's status; parents that other controllers wrote stay.
    package func status(of route: KubeObject) -> JSON {
        let old = route.status["parents"].array ?? []
        let others = old.filter { $0["controllerName"].string != RouteStatus.controllerName }
        let resolved =
            attachments.unresolved(route, service)
            ?? RouteCondition("ResolvedRefs", isTrue: true, "ResolvedRefs", "All references are resolved")
        let own = RouteAttachments.parents(of: route).map { reference -> JSON in
            let before = old.first {
                $0["parentRef"] == reference && $0["controllerName"].string == RouteStatus.controllerName
            }
            let conditions = [attachments.outcome(of: route, by: reference).condition, resolved]
            return [
                "parentRef": reference, "controllerName": .string(RouteStatus.controllerName),
                "conditions": .array(conditions.map { $0.json(route, before?["conditions"] ?? .null, now) }),
            ]
        }
        return ["parents": .array(others + own)]
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
