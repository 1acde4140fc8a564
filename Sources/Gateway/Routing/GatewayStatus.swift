package import Base
package import KubeModel
package import Net

/// What the gateway says of Gateways and their classes: pure, from the objects as they are.
package struct GatewayStatus {
    private let addresses: [SocketAddress]
    private let attachments: RouteAttachments
    private let now: WallTime
    /// How many routes hang on each listener.
    private let counts: [Int: Int]

    package init(addresses: [SocketAddress], _ attachments: RouteAttachments, counts: [Int: Int], now: WallTime) {
        self.addresses = addresses
        self.attachments = attachments
        self.counts = counts
        self.now = now
    }

    /// The status of a class that this gateway carries out.
    package func status(ofClass gatewayClass: KubeObject) -> JSON {
        let accepted = RouteCondition("Accepted", isTrue: true, "Accepted", "Valid GatewayClass")
        return ["conditions": [accepted.json(gatewayClass, gatewayClass.status["conditions"], now)]]
    }

    /// The status of a Gateway of such a class.
    package func status(of gateway: KubeObject) -> JSON {
        let hosts = addresses.reduce(into: [String]()) { if !$0.contains($1.host) { $0.append($1.host) } }
        let indices = attachments.listeners.indices.filter { attachments.listeners[$0].gateway == gateway.key }
        let listeners = indices.map { attachments.listeners[$0] }
        return [
            "addresses": .array(hosts.map { ["type": "IPAddress", "value": .string($0)] }),
            "conditions": .array(
                conditions(of: listeners).map { $0.json(gateway, gateway.status["conditions"], now) }
            ),
            "listeners": .array(indices.map { listener($0, of: gateway) }),
        ]
    }

    private func conditions(of listeners: [GatewayListener]) -> [RouteCondition] {
        let served = listeners.filter(\.isServed)
        let accepted = "The Gateway has been scheduled by Roost"
        return [
            served.count == listeners.count
                ? RouteCondition("Accepted", isTrue: true, "Accepted", accepted)
                : RouteCondition(
                    "Accepted",
                    isTrue: !served.isEmpty,
                    "ListenersNotValid",
                    "\(listeners.count - served.count) of \(listeners.count) listeners cannot be served"
                ),
            served.isEmpty
                ? RouteCondition("Programmed", isTrue: false, "Invalid", "no listener can be served")
                : RouteCondition("Programmed", isTrue: true, "Programmed", "Address assigned to the Gateway"),
        ]
    }

    private func listener(_ index: Int, of gateway: KubeObject) -> JSON {
        let listener = attachments.listeners[index]
        let known = (gateway.status["listeners"].array ?? []).first { $0["name"].string == listener.name }
        let kinds = listener.kinds.map { kind -> JSON in
            ["group": .string(ReferenceGrants.Kind.gateway.group), "kind": .string(kind)]
        }
        return [
            "name": .string(listener.name),
            "attachedRoutes": .int(Int64(counts[index] ?? 0)),
            "supportedKinds": .array(kinds),
            "conditions": .array(
                listener.conditions.map { $0.json(gateway, known?["conditions"] ?? .null, now) }
            ),
        ]
    }
}
