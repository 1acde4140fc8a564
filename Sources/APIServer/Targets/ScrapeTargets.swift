import Base
import KubeClient
import KubeModel
import Net

/// What a Prometheus that cannot ask the Kubernetes API itself would find there: Debian's is built without. It reads the
/// targets by `http_sd_configs` from `/prometheus/targets/ROLE`; the labels are those of `kubernetes_sd_configs`, so that the
/// same relabelling serves both.
package enum ScrapeTargets {
    /// Whose targets are asked for.
    package enum Role: String, CaseIterable, Sendable {
        /// One target for each port of a pod's containers.
        case pod
        /// One for each port of each address behind a Service.
        case endpoints
    }

    /// The answer to a request for targets; `namespace` and `labelSelector` narrow it, the latter by labels of pods or Endpoints.
    static func answer(
        _ role: Role,
        _ request: HTTPRequest,
        _ registry: Registry,
        _ user: Users.User
    ) throws(APIStatus) -> HTTPReply {
        guard request.method == "GET" else { throw ObjectRequests.notAllowed }
        let namespace = request.query("namespace")
        func list(_ id: ResourceID, _ options: ListOptions = ListOptions()) throws(APIStatus) -> [KubeObject] {
            try Access(request, id, nil, namespace: namespace, subresource: nil).check(user)
            return try registry.list(id, namespace: namespace, options).items
        }
        let chosen = ListOptions(labelSelector: request.query("labelSelector") ?? "")
        switch role {
        case .pod: return .json(.array(pods(try list(.pods, chosen))))
        case .endpoints:
            let groups = endpoints(try list(.endpoints, chosen), services: try list(.services), pods: try list(.pods))
            return .json(.array(groups))
        }
    }

    /// Every port of a pod that has an address.
    static func pods(_ pods: [KubeObject]) -> [JSON] {
        pods.flatMap { pod -> [JSON] in
            guard let address = pod.status["podIP"].string else { return [] }
            let lists = [("initContainers", true), ("containers", false)]
            return lists.flatMap { list, isInitial in
                (pod.spec[list].array ?? []).flatMap { container in
                    ports(of: container).map { port in
                        var labels = MetaLabels()
                        labels.set("namespace", pod.namespace)
                        labels.describe(pod: pod)
                        labels.describe(container: container, port: port, isInitial: isInitial)
                        return labels.group(address: port["containerPort"].int.map { "\(address):\($0)" } ?? address)
                    }
                }
            }
        }
    }

    /// Every port of every address of Endpoints, told with its Service and its pod.
    static func endpoints(_ all: [KubeObject], services: [KubeObject], pods: [KubeObject]) -> [JSON] {
        let services = Dictionary(services.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        let pods = Dictionary(pods.map { ($0.key, $0) }, uniquingKeysWith: { first, _ in first })
        return all.flatMap { endpoints -> [JSON] in
            (endpoints["subsets"].array ?? []).flatMap { subset in
                addresses(of: subset).flatMap { address, isReady in
                    (subset["ports"].array ?? []).compactMap { port -> JSON? in
                        guard let host = address["ip"].string, let number = port["port"].int else { return nil }
                        var labels = MetaLabels()
                        labels.describe(endpoints, address, port, isReady: isReady)
                        if let service = services[endpoints.key] {
                            labels.set("service_name", service.name)
                            labels.describe(service, as: "service")
                        }
                        let name = address["targetRef"]["name"].string ?? ""
                        if address["targetRef"]["kind"].string == "Pod",
                            let pod = pods[ObjectKey(namespace: endpoints.namespace, name: name)]
                        {
                            labels.describe(pod: pod)
                        }
                        return labels.group(address: "\(host):\(number)")
                    }
                }
            }
        }
    }

    /// A container without ports is one target, at the pod's address alone.
    private static func ports(of container: JSON) -> [JSON] {
        let ports = container["ports"].array ?? []
        return ports.isEmpty ? [.null] : ports
    }

    private static func addresses(of subset: JSON) -> [(JSON, isReady: Bool)] {
        (subset["addresses"].array ?? []).map { ($0, true) }
            + (subset["notReadyAddresses"].array ?? []).map { ($0, false) }
    }
}

extension MetaLabels {
    fileprivate mutating func describe(_ endpoints: KubeObject, _ address: JSON, _ port: JSON, isReady: Bool) {
        set("namespace", endpoints.namespace)
        set("endpoints_name", endpoints.name)
        describe(endpoints, as: "endpoints")
        set("endpoint_ready", isReady ? "true" : "false")
        set("endpoint_port_name", port["name"].string ?? "")
        set("endpoint_port_protocol", port["protocol"].string ?? "TCP")
        set("endpoint_node_name", address["nodeName"].string)
        set("endpoint_address_target_kind", address["targetRef"]["kind"].string)
        set("endpoint_address_target_name", address["targetRef"]["name"].string)
    }
}
