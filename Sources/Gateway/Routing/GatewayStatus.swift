import Base
import KubeModel
import Net

/// What the gateway says of Gateways and their classes: pure, from the objects as they are.
struct GatewayStatus {
    let addresses: [SocketAddress]
    let routes: [KubeObject]
    let now: WallTime

    /// The status of a class that this gateway carries out.
    func status(ofClass gatewayClass: KubeObject) -> JSON {
        let accepted = RouteCondition("Accepted", isTrue: true, "Accepted", "Valid GatewayClass")
        return ["conditions": [accepted.json(gatewayClass, gatewayClass.status["conditions"], now)]]
    }

    /// The status of a Gateway of such a class.
    func status(of gateway: KubeObject) -> JSON {
        let hosts = addresses.reduce(into: [String]()) { if !$0.contains($1.host) { $0.append($1.host) } }
        let conditions = [
            RouteCondition("Accepted", isTrue: true, "Accepted", "The Gateway has been scheduled by Roost"),
            RouteCondition("Programmed", isTrue: true, "Programmed", "Address assigned to the Gateway"),
        ]
        return [
            "addresses": .array(hosts.map { ["type": "IPAddress", "value": .string($0)] }),
            "conditions": .array(conditions.map { $0.json(gateway, gateway.status["conditions"], now) }),
            "listeners": .array((gateway.spec["listeners"].array ?? []).map { listener($0, of: gateway) }),
        ]
    }

    private func listener(_ listener: JSON, of gateway: KubeObject) -> JSON {
        let name = listener["name"]
        let before = (gateway.status["listeners"].array ?? []).first { $0["name"] == name }?["conditions"] ?? .null
        let isHTTP = listener["protocol"].string ?? "HTTP" == "HTTP"
        let conditions = [
            RouteCondition(
                "Accepted",
                isTrue: isHTTP,
                isHTTP ? "Accepted" : "UnsupportedProtocol",
                isHTTP ? "Listener has been accepted" : "only listeners of protocol HTTP are served"
            ),
            RouteCondition("Programmed", isTrue: isHTTP, isHTTP ? "Programmed" : "Invalid", ""),
            RouteCondition("ResolvedRefs", isTrue: true, "ResolvedRefs", ""),
        ]
        return [
            "name": name,
            "attachedRoutes": .int(Int64(routes.filter { attaches($0, to: gateway, name) }.count)),
            "supportedKinds": [["group": "gateway.networking.k8s.io", "kind": "HTTPRoute"]],
            "conditions": .array(conditions.map { $0.json(gateway, before, now) }),
        ]
    }

    private func attaches(_ route: KubeObject, to gateway: KubeObject, _ listener: JSON) -> Bool {
        let accepted = RouteStatus(gateways: [gateway], services: [], now: now).accepts(route)
        let sections = (route.spec["parentRefs"].array ?? []).filter { $0["name"].string == gateway.name }
        return accepted && sections.contains { $0["sectionName"].isNull || $0["sectionName"] == listener }
    }
}
