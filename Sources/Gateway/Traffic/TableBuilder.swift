import Base
import KubeModel
import Net
import Scaling
import Statistics

/// Makes traffic tables one after the other, keeping endpoints, queues, meters and series that stay.
struct TableBuilder {
    private let metrics: GatewayMetrics
    private let board: LoadBoard
    private let arms: ArmBoard
    private let workers: Int
    private var endpoints: [SocketAddress: Endpoint] = [:]
    private var scaled: [BackendKey: ScaledService] = [:]
    private var series: [String: RouteMetrics] = [:]

    /// - Parameters:
    ///   - board: where the Services that follow their load are counted.
    ///   - arms: where the versions of experiments are counted.
    ///   - workers: threads that count.
    init(metrics: GatewayMetrics, board: LoadBoard, arms: ArmBoard, workers: Int) {
        self.metrics = metrics
        self.board = board
        self.arms = arms
        self.workers = workers
    }

    /// A table, and what the queues of its Services go by from then on.
    struct Step {
        let table: TrafficTable
        let plans: [(queue: RequestQueue, plan: RequestQueue.Plan)]
    }

    /// - Parameter routes: of the same objects.
    mutating func build(_ objects: TrafficObjects, _ routes: ListenerTable) -> Step {
        var states = ServiceStates(self, objects)
        let measured = MeasuredRoutes(objects.experiments, arms)
        var usedSeries: [String: RouteMetrics] = [:]
        func target(_ rule: RouteRule) -> Target {
            let name = rule.route.description
            let metrics = usedSeries[name] ?? series[name] ?? self.metrics.route(name)
            usedSeries[name] = metrics
            return Target(rule, metrics: metrics, measured: measured[rule.route]) { states[$0] }
        }
        let targets = routes.rules.map(target)
        var services: [SocketAddress: Target] = [:]
        for service in ListenerPlan.services(objects) {
            services[service.address] = target(.passing(to: service.backend))
        }
        for name in series.keys where usedSeries[name] == nil { metrics.forget(name) }
        series = usedSeries
        endpoints = states.endpoints
        scaled = states.scaled
        let table = TrafficTable(routes: routes, targets: targets, services: services)
        return Step(table: table, plans: states.plans)
    }

    /// What is behind the ports of Services, each looked up once; endpoints and queues of the last table stay.
    private struct ServiceStates {
        private let ready: EndpointTable
        private let rules: [ObjectKey: ScalingRule]
        private let last: TableBuilder
        private var states: [BackendKey: Target.ServiceState] = [:]
        private(set) var endpoints: [SocketAddress: Endpoint] = [:]
        private(set) var scaled: [BackendKey: ScaledService] = [:]
        private(set) var plans: [(queue: RequestQueue, plan: RequestQueue.Plan)] = []

        init(_ last: TableBuilder, _ objects: TrafficObjects) {
            self.last = last
            ready = EndpointTable(services: objects.services, slices: objects.slices)
            let rules = objects.podAutoscalers.map { ($0.key, ScalingRule($0)) }
            self.rules = Dictionary(rules, uniquingKeysWith: { first, _ in first })
        }

        subscript(key: BackendKey) -> Target.ServiceState {
            mutating get {
                if let state = states[key] { return state }
                let state = make(key)
                states[key] = state
                return state
            }
        }

        private mutating func make(_ key: BackendKey) -> Target.ServiceState {
            guard let addresses = ready[key] else { return Target.ServiceState() }
            var found: [Endpoint] = []
            for address in addresses {
                let endpoint = endpoints[address] ?? last.endpoints[address] ?? Endpoint(address)
                endpoints[address] = endpoint
                found.append(endpoint)
            }
            let version = ready.version(key)
            guard let rule = rules[key.service] else { return Target.ServiceState(endpoints: found, version: version) }
            let service = last.scaled[key] ?? ScaledService(key, board: last.board, workers: last.workers)
            scaled[key] = service
            plans.append((service.queue, rule.plan(found)))
            return Target.ServiceState(
                endpoints: found,
                version: version,
                scaled: service,
                containerConcurrency: rule.containerConcurrency
            )
        }
    }
}
