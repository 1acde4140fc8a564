import Base
import KubeClient
import KubeModel
import Net

/// Writes what the gateway has to say into the status of routes, Gateways and GatewayClasses, where that differs from
/// what stands there.
struct StatusWriter: Sendable {
    let api: any KubernetesAPI
    let time: any TimeSource
    let addresses: [SocketAddress]

    /// Writes all that differs; throws the first failure after trying everything.
    func write(_ objects: TrafficObjects, _ attachments: RouteAttachments) async throws(APIStatus) {
        var failure: APIStatus?
        for change in changes(objects, attachments) {
            do throws(APIStatus) {
                _ = try await api.patch(
                    change.resource,
                    change.key,
                    .merge(["status": change.status]),
                    subresource: "status"
                )
            } catch {
                // Gone meanwhile: nobody is left to be told.
                if error.reason != .notFound { failure = failure ?? error }
            }
        }
        if let failure { throw failure }
    }

    /// One status to be written.
    struct Change: Equatable {
        let resource: ResourceID
        let key: ObjectKey
        let status: JSON
    }

    /// What differs; pure but for the time.
    func changes(_ objects: TrafficObjects, _ attachments: RouteAttachments) -> [Change] {
        let served = objects.servedGateways
        let now = time.wall()
        let routes = RouteStatus(attachments, services: objects.services, now: now)
        let gateways = GatewayStatus(addresses: addresses, attachments, routes: objects.allRoutes, now: now)
        var changes: [Change] = []
        for gatewayClass in objects.classes where RouteStatus.serves(class: gatewayClass) {
            let status = gateways.status(ofClass: gatewayClass)
            if !gatewayClass.status.contains(status) {
                changes.append(Change(resource: .gatewayClasses, key: gatewayClass.key, status: status))
            }
        }
        for gateway in served where !gateway.status.contains(gateways.status(of: gateway)) {
            changes.append(Change(resource: .gateways, key: gateway.key, status: gateways.status(of: gateway)))
        }
        let names = Set(served.map(\.key))
        for (resource, list) in [(ResourceID.httpRoutes, objects.routes), (.grpcRoutes, objects.grpcRoutes)] {
            for route in list where refers(route, to: names) {
                let status = routes.status(of: route)
                if route.status["parents"] != status["parents"] {
                    changes.append(Change(resource: resource, key: route.key, status: status))
                }
            }
        }
        return changes
    }

    /// Whether the route names a served Gateway, or carries a status of ours that may have to go.
    private func refers(_ route: KubeObject, to gateways: Set<ObjectKey>) -> Bool {
        let parents = route.spec["parentRefs"].array ?? []
        let named = parents.contains { reference in
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
