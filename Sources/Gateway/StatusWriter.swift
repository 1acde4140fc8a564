import Base
import KubeClient
import KubeModel
import Net

/// Writes what the gateway has to say into the status of routes, Gateways and GatewayClasses, where that differs from
/// what stands there.
struct StatusWriter: Sendable {
    private let api: any KubernetesAPI
    private let sources: TrafficSources
    private let routes: RouteStatus
    private let gateways: GatewayStatus
    private let log = Log("gateway")

    init(api: any KubernetesAPI, time: any TimeSource, sources: TrafficSources, _ said: StatusDebt.Said) {
        self.api = api
        self.sources = sources
        let now = time.wall()
        routes = RouteStatus(said.attachments, now: now, service: sources.service)
        gateways = GatewayStatus(addresses: said.addresses, said.attachments, counts: said.counts, now: now)
    }

    /// What could not be written.
    struct Left {
        var hasFailed = false
        var routes: Set<RouteKey> = []
    }

    /// Looks at Gateways, classes and these routes, and writes what differs; tries everything.
    func write(_ keys: Set<RouteKey>) async -> Left {
        var left = Left()
        for gatewayClass in sources.servedClasses {
            let status = gateways.status(ofClass: gatewayClass)
            guard !gatewayClass.status.contains(status) else { continue }
            if await !isWritten(.gatewayClasses, gatewayClass.key, status) { left.hasFailed = true }
        }
        let served = sources.servedGateways
        for gateway in served {
            let status = gateways.status(of: gateway)
            guard !gateway.status.contains(status) else { continue }
            if await !isWritten(.gateways, gateway.key, status) { left.hasFailed = true }
        }
        let names = Set(served.map(\.key))
        for key in keys {
            guard let route = sources.route(key), refers(route, to: names) else { continue }
            let status = routes.status(of: route)
            guard route.status["parents"] != status["parents"] else { continue }
            guard await !isWritten(key.resource, key.key, status) else { continue }
            left.hasFailed = true
            left.routes.insert(key)
        }
        return left
    }

    private func isWritten(_ resource: ResourceID, _ key: ObjectKey, _ status: JSON) async -> Bool {
        do throws(APIStatus) {
            _ = try await api.patch(resource, key, .merge(["status": status]), subresource: "status")
            return true
        } catch {
            // Gone meanwhile: nobody is left to be told.
            if error.reason == .notFound { return true }
            log.warning("status not written", ["object": "\(resource.plural)/\(key)", "why": error.message])
            return false
        }
    }

    /// Whether the route names a served Gateway, or carries a status of ours that may have to go.
    private func refers(_ route: KubeObject, to gateways: Set<ObjectKey>) -> Bool {
        let named = RouteAttachments.parents(of: route).contains { reference in
            let namespace = reference["namespace"].string ?? route.namespace
            return gateways.contains(ObjectKey(namespace: namespace, name: reference["name"].string ?? ""))
        }
        return named
            || (route.status["parents"].array ?? []).contains {
                $0["controllerName"].string == RouteStatus.controllerName
            }
    }
}

extension JSON {
    /// Whether every member of `other` is here with the same value.
    fileprivate func contains(_ other: JSON) -> Bool {
        (other.object ?? [:]).allSatisfy { self[$0.key] == $0.value }
    }
}
