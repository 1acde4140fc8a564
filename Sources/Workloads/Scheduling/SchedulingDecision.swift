import Base
package import KubeModel

/// Where a pod runs.
package enum SchedulingDecision: Equatable {
    /// It goes to this node; `shortage` says what the node promises more than once.
    case bind(node: String, shortage: String?)
    /// No node will have it now.
    case unschedulable(message: String)

    /// Decides from the nodes and what runs on them.
    package static func decide(_ pod: KubeObject, nodes: [NodeState]) -> SchedulingDecision {
        guard !nodes.isEmpty else { return .unschedulable(message: "no nodes available to schedule pods") }
        var refusals: [String: Int] = [:]
        var fitting: [NodeState] = []
        for node in nodes {
            if let refusal = node.refusal(of: pod) { refusals[refusal, default: 0] += 1 } else { fitting.append(node) }
        }
        let asked = PodRequests(pod)
        let best = fitting.min { left, right in
            let (a, b) = (left.load(with: asked), right.load(with: asked))
            return a == b ? left.name < right.name : a < b
        }
        guard let best else { return .unschedulable(message: summary(refusals, of: nodes.count)) }
        return .bind(node: best.name, shortage: best.shortage(with: asked))
    }

    /// `0/2 nodes are available: 1 node(s) were unschedulable, 1 node(s) had untolerated taint {a: b}.`
    private static func summary(_ refusals: [String: Int], of count: Int) -> String {
        let list = refusals.map { "\($0.value) \($0.key)" }.sorted().joined(separator: ", ")
        return "0/\(count) nodes are available: \(list)."
    }
}

/// A node with what the pods on it have asked for.
package struct NodeState {
    let node: KubeObject
    let requested: PodRequests
    let podCount: Int

    /// `pods` are those that run on the node.
    package init(_ node: KubeObject, pods: [Pod]) { self.init(node, pods: pods, requests: PodRequests.init) }

    init(_ node: KubeObject, pods: [Pod], requests: (KubeObject) -> PodRequests) {
        self.node = node
        let running = pods.filter { !$0.isFinished }
        requested = running.reduce(PodRequests()) { $0 + requests($1.object) }
        podCount = running.count
    }

    var name: String { node.name }

    /// Why this node does not take the pod; nil when it does.
    func refusal(of pod: KubeObject) -> String? {
        if node.spec["unschedulable"].bool == true { return "node(s) were unschedulable" }
        if !isReady { return "node(s) had untolerated taint {node.kubernetes.io/not-ready: }" }
        if let taint = NodeAffinity.untoleratedTaint(of: node, for: pod) {
            return "node(s) had untolerated taint {\(taint)}"
        }
        if !NodeAffinity.matches(node, pod) { return "node(s) didn't match Pod's node affinity/selector" }
        if let most = Quantity(allocatable["pods"]), podCount >= Int(most.value) { return "Too many pods" }
        return PodRequests(pod).amounts
            .filter { !PodRequests.isShared($0.key) && free($0.key) < $0.value }
            .keys.min().map { "Insufficient \($0)" }
    }

    /// The share of its scarcest resource that is promised once the pod is here.
    func load(with asked: PodRequests) -> Double {
        let total = requested + asked
        return total.amounts.compactMap { resource, amount in
            guard let whole = Quantity(allocatable[resource]), !whole.isZero else { return nil }
            return amount.double / whole.double
        }.max() ?? 0
    }

    /// What is promised more than once when the pod comes: shared resources are overcommitted, not refused.
    func shortage(with asked: PodRequests) -> String? {
        let total = requested + asked
        let short = asked.amounts.keys.sorted().compactMap { resource -> String? in
            guard let whole = Quantity(allocatable[resource]), let amount = total.amounts[resource], amount > whole
            else { return nil }
            return "\(resource) (\(amount) of \(whole))"
        }
        guard !short.isEmpty else { return nil }
        return "Node \(name) is overcommitted: its pods request more than it has of \(short.joined(separator: ", "))"
    }

    private var allocatable: JSON { node.status["allocatable"] }
    private var isReady: Bool { Conditions(node.status["conditions"]).isTrue("Ready") }

    private func free(_ resource: String) -> Quantity {
        (Quantity(allocatable[resource]) ?? .zero) - (requested.amounts[resource] ?? .zero)
    }
}

/// What a pod asks of its node.
struct PodRequests: Equatable {
    private(set) var amounts: [String: Quantity] = [:]

    init() {}

    /// The sum over containers, or the greatest init container where that is more.
    init(_ pod: KubeObject) {
        for container in pod.spec["containers"].array ?? [] { self = self + PodRequests(container: container) }
        for container in pod.spec["initContainers"].array ?? [] {
            let requests = PodRequests(container: container)
            if container["restartPolicy"].string == "Always" {
                self = self + requests
            } else {
                amounts.merge(requests.amounts) { max($0, $1) }
            }
        }
    }

    private init(container: JSON) {
        let resources = container["resources"]
        for (name, amount) in resources["requests"].object ?? [:] { amounts[name] = Quantity(amount) }
        for (name, amount) in resources["limits"].object ?? [:] where amounts[name] == nil {
            amounts[name] = Quantity(amount)
        }
    }

    /// Whether pods can share what they asked for alone: processors and memory yes, devices no.
    static func isShared(_ resource: String) -> Bool {
        ["cpu", "memory", "ephemeral-storage", "pods"].contains(resource) || resource.hasPrefix("hugepages-")
    }

    static func + (left: PodRequests, right: PodRequests) -> PodRequests {
        var sum = left
        sum.amounts.merge(right.amounts) { $0 + $1 }
        return sum
    }
}
