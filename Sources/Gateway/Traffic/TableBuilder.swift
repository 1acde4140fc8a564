import Base
import KubeModel
import Net

/// Makes traffic tables one after the other, keeping endpoints and series that stay.
struct TableBuilder {
    private let metrics: GatewayMetrics
    private var endpoints: [SocketAddress: Endpoint] = [:]
    private var series: [String: RouteMetrics] = [:]

    init(metrics: GatewayMetrics) { self.metrics = metrics }

    mutating func build(_ objects: TrafficObjects) -> TrafficTable {
        let status = RouteStatus(
            gateways: objects.servedGateways,
            services: objects.services,
            now: WallTime(nanoseconds: 0)
        )
        let routes = RouteTable(routes: objects.routes.filter(status.accepts), services: objects.services)
        let ready = EndpointTable(services: objects.services, slices: objects.slices)
        var used: [SocketAddress: Endpoint] = [:]
        var usedSeries: [String: RouteMetrics] = [:]
        func target(_ rule: RouteRule) -> Target {
            let name = rule.route.description
            let metrics = usedSeries[name] ?? series[name] ?? self.metrics.route(name)
            usedSeries[name] = metrics
            return Target(rule, metrics: metrics) { key in
                ready[key]?.map { address in
                    let endpoint = used[address] ?? endpoints[address] ?? Endpoint(address)
                    used[address] = endpoint
                    return endpoint
                }
            }
        }
        var services: [SocketAddress: Target] = [:]
        for service in ListenerPlan.services(objects) {
            services[service.address] = target(.passing(to: service.backend))
        }
        let table = TrafficTable(routes: routes, targets: routes.rules.map(target), services: services)
        for name in series.keys where usedSeries[name] == nil { metrics.forget(name) }
        endpoints = used
        series = usedSeries
        return table
    }
}
