import Base
import KubeModel
import Net
import Scaling

/// Services and what is behind their ports, as changes have told it; endpoints, queues and meters stay the same objects for as
/// long as they are needed.
struct ServiceBook {
    private let board: LoadBoard
    private let workers: Int
    private var services: [ObjectKey: KubeObject] = [:]
    private var slices: [ObjectKey: KubeObject] = [:]
    private var slicesOfServices: [ObjectKey: Set<ObjectKey>] = [:]
    private var rules: [ObjectKey: ScalingRule] = [:]
    private var ready: [ObjectKey: EndpointTable] = [:]
    private var endpoints: [SocketAddress: SharedEndpoint] = [:]
    private var states: [BackendKey: Target.ServiceState] = [:]
    private var scaled: [BackendKey: ScaledService] = [:]
    private var changed: Set<ObjectKey> = []
    /// Those whose queues have to go by something else.
    private var unplanned: Set<ObjectKey> = []

    /// An endpoint, and how many Services have it.
    private struct SharedEndpoint {
        let endpoint: Endpoint
        var users = 0
    }

    /// - Parameters:
    ///   - board: where the Services that follow their load are counted.
    ///   - workers: threads that count.
    init(board: LoadBoard, workers: Int) {
        self.board = board
        self.workers = workers
    }

    // MARK: changes

    mutating func putService(_ key: ObjectKey, _ service: KubeObject?) {
        services[key] = service
        changed.insert(key)
    }

    mutating func putSlice(_ key: ObjectKey, _ slice: KubeObject?) {
        for (slice, isThere) in [(slices[key], false), (slice, true)] {
            guard let slice else { continue }
            let service = Self.service(of: slice)
            if isThere {
                slicesOfServices[service, default: []].insert(key)
            } else {
                slicesOfServices[service]?.remove(key)
                if slicesOfServices[service]?.isEmpty == true { slicesOfServices[service] = nil }
            }
            changed.insert(service)
        }
        slices[key] = slice
    }

    mutating func putRule(_ key: ObjectKey, _ rule: ScalingRule?) {
        rules[key] = rule
        changed.insert(key)
    }

    /// The Services of which something has changed since the last look; what is behind them is found out anew.
    mutating func takeChanged() -> Set<ObjectKey> {
        defer { changed = [] }
        for key in changed { renew(key) }
        return changed
    }

    private mutating func renew(_ key: ObjectKey) {
        let own = (slicesOfServices[key] ?? []).sorted().compactMap { slices[$0] }
        let table = services[key].map { EndpointTable(services: [$0], slices: own) }
        let (old, new) = (ready.removeValue(forKey: key), table)
        // First those that come: an endpoint that stays is the same.
        for address in new?.all ?? [] {
            endpoints[address, default: SharedEndpoint(endpoint: Endpoint(address))].users += 1
        }
        for address in old?.all ?? [] {
            endpoints[address]?.users -= 1
            if endpoints[address]?.users == 0 { endpoints[address] = nil }
        }
        ready[key] = new
        unplanned.insert(key)
        for port in Set(old?.ports ?? []).union(new?.ports ?? []) {
            states[port] = nil
            // Whoever waits in its queue stays there while the Service is scaled.
            if rules[key] == nil || new?[port] == nil { scaled[port] = nil }
        }
    }

    private static func service(of slice: KubeObject) -> ObjectKey {
        ObjectKey(namespace: slice.namespace, name: slice.labels["kubernetes.io/service-name"] ?? "")
    }

    // MARK: what is there

    /// The ports that a Service answers at, and who does.
    func ports(of key: ObjectKey) -> (ports: [ListenerPlan.ServicePort], answerer: ListenerPlan.Answerer) {
        guard let service = services[key] else { return ([], .endpoints) }
        let answerer = ListenerPlan.answerer(of: service, hasSlices: slicesOfServices[key] != nil)
        return (ListenerPlan.ports(of: service), answerer)
    }

    /// What is behind a Service's port.
    mutating func state(_ key: BackendKey) -> Target.ServiceState {
        if let state = states[key] { return state }
        let state = makeState(key)
        states[key] = state
        return state
    }

    /// What queues go by from now on, of the Services where that is something else.
    mutating func takePlans() -> [(queue: RequestQueue, plan: RequestQueue.Plan)] {
        defer { unplanned = [] }
        return unplanned.flatMap { key -> [(queue: RequestQueue, plan: RequestQueue.Plan)] in
            guard let rule = rules[key], let table = ready[key] else { return [] }
            return table.ports.compactMap { port in
                scaled[port].map { ($0.queue, rule.plan(found(table[port] ?? []))) }
            }
        }
    }

    private mutating func makeState(_ key: BackendKey) -> Target.ServiceState {
        guard let table = ready[key.service], let addresses = table[key] else { return Target.ServiceState() }
        let version = table.version(key)
        guard let rule = rules[key.service] else {
            return Target.ServiceState(endpoints: found(addresses), version: version)
        }
        let service = scaled[key] ?? ScaledService(key, board: board, workers: workers)
        scaled[key] = service
        unplanned.insert(key.service)
        return Target.ServiceState(
            endpoints: found(addresses),
            version: version,
            scaled: service,
            containerConcurrency: rule.containerConcurrency
        )
    }

    private func found(_ addresses: [SocketAddress]) -> [Endpoint] { addresses.compactMap { endpoints[$0]?.endpoint } }
}
