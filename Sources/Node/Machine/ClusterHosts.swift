import Base
import CLinux
package import KubeModel
import Synchronization

/// The /etc/hosts of process pods: the machine's own lines, then the names of the cluster's services.
///
/// One file for each namespace, since `web` alone means the one of the pod's own. A file is rewritten in place, so that
/// the running pods that have it bound see the change.
package final class ClusterHosts: Sendable {
    private let folder: String
    private let state = Mutex(State())
    private let log = Log("hosts")

    private struct State {
        /// The address of a Service, or the name that it stands for.
        var services: [ObjectKey: String] = [:]
        /// The slices of Services without an address of their own, by the slices' names.
        var slices: [ObjectKey: HeadlessSlice] = [:]
        var namespaces: Set<String> = []
    }

    init(folder: String) { self.folder = folder }

    /// The file for the pods of a namespace; nil where it cannot be written.
    func file(for namespace: String) -> String? {
        let path = "\(folder)/\(namespace)"
        return state.withLock { state in
            if state.namespaces.contains(namespace) { return path }
            guard write(state, namespace) else { return nil }
            state.namespaces.insert(namespace)
            return path
        }
    }

    /// Takes in a change of a Service.
    func observe(_ before: KubeObject?, _ after: KubeObject?) {
        guard let key = (after ?? before)?.key else { return }
        let address = after.flatMap(ClusterHosts.address)
        state.withLock { state in
            guard state.services[key] != address else { return }
            state.services[key] = address
            for namespace in state.namespaces { _ = write(state, namespace) }
        }
    }

    /// Takes in a change of an EndpointSlice of a Service without an address of its own.
    func observeSlice(_ before: KubeObject?, _ after: KubeObject?) {
        guard let key = (after ?? before)?.key else { return }
        let slice = after.map(HeadlessSlice.init)
        state.withLock { state in
            guard state.slices[key] != slice else { return }
            state.slices[key] = slice
            for namespace in state.namespaces { _ = write(state, namespace) }
        }
    }

    /// Where a Service answers: its own address, or the name of another Service.
    private static func address(of service: KubeObject) -> String? {
        if service.spec["type"].string == "ExternalName" { return service.spec["externalName"].string }
        return service.spec["clusterIP"].string.flatMap { $0 == "None" || $0.isEmpty ? nil : $0 }
    }

    /// Services that stand for another one's name, with the address that this one has; names outside of the cluster are
    /// left to the machine.
    package static func resolved(_ services: [ObjectKey: String]) -> [ObjectKey: String] {
        services.compactMapValues { address in
            let suffix = ".svc.cluster.local"
            guard address.hasSuffix(suffix) else { return address.first?.isNumber == true ? address : nil }
            let parts = address.dropLast(suffix.count).split(separator: ".")
            guard parts.count == 2 else { return nil }
            let target = services[ObjectKey(namespace: String(parts[1]), name: String(parts[0]))]
            return target.flatMap { $0.first?.isNumber == true ? $0 : nil }
        }
    }

    /// The lines for the services, for the pods of `namespace`.
    package static func lines(
        _ services: [ObjectKey: String],
        _ slices: [HeadlessSlice] = [],
        for namespace: String
    ) -> String {
        let own = services.map { (key: $0.key, address: $0.value) }
        let pods = slices.flatMap { slice in slice.addresses.map { (key: slice.service, address: $0) } }
        return (own + pods).sorted { ($0.key, $0.address) < ($1.key, $1.address) }.map { key, address in
            let qualified = "\(key.name).\(key.namespace ?? "")"
            let names = ["\(qualified).svc.cluster.local", "\(qualified).svc", qualified]
            let short = key.namespace == namespace ? [key.name] : []
            return ([address] + names + short).joined(separator: " ") + "\n"
        }.joined()
    }

    private func write(_ state: State, _ namespace: String) -> Bool {
        let machine = MachineFolders()
        let lines = ClusterHosts.lines(
            ClusterHosts.resolved(state.services),
            Array(state.slices.values),
            for: namespace
        )
        let bytes = Array((machine.text("/etc/hosts") + "\n" + lines).utf8)
        do throws(LaunchFault) { try machine.make(folder) } catch {
            log.warning("hosts file not written", ["why": error.description])
            return false
        }
        let file = clinux_open("\(folder)/\(namespace)", O_WRONLY | O_CREAT | O_CLOEXEC, 0o644)
        guard file >= 0 else { return false }
        defer { close(file) }
        let written = bytes.withUnsafeBytes { pwrite(file, $0.baseAddress, $0.count, 0) }
        return written == bytes.count && ftruncate(file, written) == 0
    }
}

/// What an EndpointSlice says of a Service whose name means its pods.
package struct HeadlessSlice: Equatable, Sendable {
    /// The label of such slices.
    static let label = "service.kubernetes.io/headless"

    let service: ObjectKey
    /// Of the pods that are ready, at most `NodeLimits.hostAddressesMax`.
    let addresses: [String]

    package init(_ slice: KubeObject) {
        service = ObjectKey(namespace: slice.namespace, name: slice.labels["kubernetes.io/service-name"] ?? "")
        let endpoints = slice["endpoints"].array ?? []
        let ready = endpoints.filter { $0["conditions"]["ready"].bool != false }
        addresses = Array(ready.compactMap { $0["addresses"][0].string }.prefix(NodeLimits.hostAddressesMax))
    }
}
