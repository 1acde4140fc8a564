import Base
import KubeModel
import Net
import Scaling
import Statistics

/// Makes traffic tables one after the other: each has what the last one had, but for what changes lead to.
struct TableBuilder {
    private let metrics: GatewayMetrics
    private let arms: ArmBoard
    private let workers: Int
    private(set) var book: RouteBook
    private var services: ServiceBook
    private var measured: MeasuredRoutes
    /// By the numbers of rules.
    private var targets: [Target?] = []
    /// ClusterIPs with their ports.
    private var own: [SocketAddress: Target] = [:]
    private var ports: [ObjectKey: ServicePorts] = [:]
    private var series: [String: RouteSeries] = [:]

    private struct ServicePorts: Equatable {
        let ports: [ListenerPlan.ServicePort]
        let answerer: ListenerPlan.Answerer
    }

    /// The series of a route, and how many targets count in them.
    private struct RouteSeries {
        let metrics: RouteMetrics
        var users = 0
    }

    /// - Parameters:
    ///   - board: where the Services that follow their load are counted.
    ///   - arms: where the versions of experiments are counted.
    ///   - workers: threads that count.
    init(metrics: GatewayMetrics, board: LoadBoard, arms: ArmBoard, workers: Int) {
        self.metrics = metrics
        self.arms = arms
        self.workers = workers
        book = RouteBook(RouteAttachments(gateways: [], GatewayListener.Surroundings()))
        services = ServiceBook(board: board, workers: workers)
        measured = MeasuredRoutes([], arms)
    }

    /// A table, and what goes by other things than before from then on.
    struct Step {
        let table: TrafficTable
        let plans: [(queue: RequestQueue, plan: RequestQueue.Plan)]
        /// Whether Services answer at other addresses.
        let hasNewPorts: Bool
    }

    /// Goes by these changes.
    mutating func build(_ changes: [TrafficChange]) -> Step {
        var hasNewExperiments = false
        for change in changes {
            if case .experiments = change { hasNewExperiments = true }
            take(change)
        }
        let changedServices = services.takeChanged()
        var numbers = book.takeChanged()
        for service in changedServices { numbers.formUnion(book.numbers(leadingTo: service)) }
        if hasNewExperiments { numbers.formUnion(book.numbers) }
        if targets.count < book.numbers.count {
            targets += [Target?](repeating: nil, count: book.numbers.count - targets.count)
        }
        for number in numbers {
            targets[number] = renewed(targets[number], book.rule(number))
        }
        var hasNewPorts = false
        for service in changedServices { hasNewPorts = renewOwn(service) || hasNewPorts }
        return Step(
            table: TrafficTable(routes: book.table, targets: targets, services: own),
            plans: services.takePlans(),
            hasNewPorts: hasNewPorts
        )
    }

    /// The addresses where Services answer.
    var listenerPorts: [(port: ListenerPlan.ServicePort, answerer: ListenerPlan.Answerer)] {
        ports.sorted { $0.key < $1.key }.flatMap { service in
            service.value.ports.map { ($0, service.value.answerer) }
        }
    }

    private mutating func take(_ change: TrafficChange) {
        switch change {
        case .attachments(let attachments): book.use(attachments)
        case .route(let key, let route): book.put(key, route)
        case .service(let key, let service):
            book.putService(key, service)
            services.putService(key, service)
        case .slice(let key, let slice): services.putSlice(key, slice)
        case .podAutoscaler(let key, let podAutoscaler): services.putRule(key, podAutoscaler.map { ScalingRule($0) })
        case .experiments(let experiments):
            measured = MeasuredRoutes(experiments, arms)
            arms.keep(Set(experiments.map(\.key.description)))
        }
    }

    // MARK: targets

    /// What a rule leads to now, in place of what one of its number led to.
    private mutating func renewed(_ old: Target?, _ rule: RouteRule?) -> Target? {
        // The new one first: series that both count in go on.
        defer { if let old { leave(old.route) } }
        guard let rule else { return nil }
        let route = rule.route.description
        let metrics = use(route)
        let draws = old?.draws ?? (0..<workers).map { _ in WorkerDraw() }
        return Target(rule, route, metrics, measured: measured[rule.route], draws) { services.state($0) }
    }

    /// Brings a Service's ClusterIP up to date; true where it answers at other addresses.
    private mutating func renewOwn(_ key: ObjectKey) -> Bool {
        let found = services.ports(of: key)
        let (old, new) = (ports[key], ServicePorts(ports: found.ports, answerer: found.answerer))
        ports[key] = new.ports.isEmpty ? nil : new
        let gone = (old?.answerer == .endpoints ? old?.ports : nil) ?? []
        var last: [SocketAddress: Target] = [:]
        for port in gone { last[port.address] = own.removeValue(forKey: port.address) }
        for port in new.ports where new.answerer == .endpoints {
            own[port.address] = renewed(last.removeValue(forKey: port.address), .passing(to: port.backend))
        }
        for target in last.values { leave(target.route) }
        return old != ports[key]
    }

    private mutating func use(_ route: String) -> RouteMetrics {
        var found = series[route] ?? RouteSeries(metrics: metrics.route(route))
        found.users += 1
        series[route] = found
        return found.metrics
    }

    private mutating func leave(_ route: String) {
        series[route]?.users -= 1
        guard series[route]?.users == 0 else { return }
        series[route] = nil
        metrics.forget(route)
    }
}
