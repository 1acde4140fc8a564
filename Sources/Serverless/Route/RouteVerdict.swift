package import Base
package import KubeModel

/// What a Route's status says of its traffic and of what carries it: pure.
package struct RouteVerdict {
    private var status: JSON
    private var conditions: LivingConditions

    /// The status to store.
    package var json: JSON {
        var json = status
        json["conditions"] = conditions.json
        return json
    }

    package init(_ route: KubeObject, now: WallTime) {
        status = route.status
        conditions = LivingConditions(
            status["conditions"],
            vital: ["AllTrafficAssigned", "CertificateProvisioned", "IngressReady"],
            now: now
        )
        if status["observedGeneration"].int != route.generation { waitForIngress() }
    }

    /// Whether the way in was ready before.
    package var isIngressReady: Bool { conditions.status("IngressReady") == .true }

    /// Whether everything has been found out, one way or the other.
    package var isSettled: Bool { conditions.status("Ready") != .unknown }

    /// The route's own address.
    package mutating func tell(url: String) { status["url"] = .string(url) }

    /// A target cannot have traffic.
    package mutating func refuse(_ fault: RouteTraffic.Fault) {
        conditions.mark("AllTrafficAssigned", fault.isFinal ? .false : .unknown, fault.reason, fault.message)
    }

    /// The names of the route cannot be made.
    package mutating func refuse(names why: String) {
        conditions.mark("AllTrafficAssigned", .false, "ErrorConfig", "domain name error: \(why)")
    }

    /// A Service or an HTTPRoute of a wanted name belongs to somebody else.
    package mutating func refuse(_ kind: String, _ name: String) {
        let what = kind == "Service" ? "placeholder Service" : kind
        let message = "There is an existing \(what) \"\(name)\" that we do not own."
        conditions.mark("IngressReady", .false, "NotOwned", message)
    }

    /// Every target is there.
    ///
    /// - Parameters:
    ///   - entries: where the traffic goes now.
    ///   - url: the address of a tag.
    package mutating func assign(_ entries: [TrafficTarget], address: String, url: (String) -> String?) {
        status["address"] = ["url": .string(address)]
        status["traffic"] = .array(entries.map { $0.status(url: $0.tag.isEmpty ? nil : url($0.tag)) })
        conditions.mark("AllTrafficAssigned", .true)
        conditions.mark("CertificateProvisioned", .true, "TLSNotEnabled", "external-domain-tls is not enabled")
    }

    /// Follows what carries the route.
    package mutating func follow(_ httpRoutes: [KubeObject], isMoving: Bool) {
        if isMoving {
            let message = "A gradual rollout of the latest revision(s) is in progress."
            return conditions.mark("IngressReady", .unknown, "RolloutInProgress", message)
        }
        for httpRoute in httpRoutes {
            let parents = httpRoute.status["parents"].array ?? []
            let told = parents.flatMap { $0["conditions"].array ?? [] }
            if let fault = told.first(where: { $0["status"].string == "False" }) {
                return conditions.mark("IngressReady", as: fault)
            }
            guard RouteVerdict.isTaken(httpRoute) else { return waitForIngress() }
        }
        conditions.mark("IngressReady", .true)
    }

    /// Whether a gateway has taken the newest state of an HTTPRoute.
    package static func isTaken(_ httpRoute: KubeObject) -> Bool {
        let parents = httpRoute.status["parents"].array ?? []
        return parents.contains { parent in
            let accepted = Conditions(parent["conditions"])["Accepted"]
            return accepted["status"].string == "True" && accepted["observedGeneration"].int == httpRoute.generation
        }
    }

    private mutating func waitForIngress() {
        conditions.mark("IngressReady", .unknown, "IngressNotConfigured", "Ingress has not yet been reconciled.")
    }
}
