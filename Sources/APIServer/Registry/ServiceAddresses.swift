import Base
import KubeModel
import Synchronization

/// Gives Services their cluster addresses and node ports.
///
/// What is taken is read off the stored Services; only writes that are under way are remembered besides.
final class ServiceAddresses: Sendable {
    /// What one write holds until it is stored or has failed.
    struct Reservation: Sendable {
        fileprivate var addresses: Set<UInt32> = []
        fileprivate var ports: Set<Int> = []
    }

    private static let nodePorts = 30_000...32_767

    let range: AddressRange
    private let reserved = Mutex(Reservation())

    init(range: AddressRange) { self.range = range }

    /// Forgets what a write held.
    func release(_ held: Reservation) {
        guard !held.addresses.isEmpty || !held.ports.isEmpty else { return }
        reserved.withLock {
            $0.addresses.subtract(held.addresses)
            $0.ports.subtract(held.ports)
        }
    }

    /// Fills in the addresses and ports that a Service needs and lacks; checks those that it names.
    func complete(
        _ object: inout KubeObject,
        old: KubeObject?,
        _ type: ResourceType,
        in store: Store
    ) throws(APIStatus) -> Reservation {
        guard type.id == .services else { return Reservation() }
        var service = object
        let others = store.list(type.id.qualified).objects.filter { $0.key != service.key }
        let result = reserved.withLock { reserved -> Result<Reservation, FieldFault> in
            var plan = ServicePlan(range: range, nodePorts: Self.nodePorts)
            plan.addresses = reserved.addresses.union(others.compactMap(\.clusterAddress))
            plan.ports = reserved.ports.union(others.flatMap(\.nodePorts))
            var held = Reservation()
            do throws(FieldFault) {
                held.addresses = try plan.giveAddress(to: &service, old: old)
                held.ports = try plan.givePorts(to: &service, old: old)
            } catch {
                return .failure(error)
            }
            reserved.addresses.formUnion(held.addresses)
            reserved.ports.formUnion(held.ports)
            return .success(held)
        }
        switch result {
        case .success(let held):
            object = service
            return held
        case .failure(let fault): throw .invalid(kind: "Service", group: "", name: object.name, [fault])
        }
    }
}

/// The choice of one Service's addresses and ports, given what others have.
struct ServicePlan {
    let range: AddressRange
    let nodePorts: ClosedRange<Int>
    var addresses: Set<UInt32> = []
    var ports: Set<Int> = []

    /// The first address belongs to this Service.
    private static let api = ObjectKey(namespace: "default", name: "kubernetes")

    /// Sets clusterIP and clusterIPs; the answer is what was newly taken.
    mutating func giveAddress(to service: inout KubeObject, old: KubeObject?) throws(FieldFault) -> Set<UInt32> {
        guard service.spec["type"].string != "ExternalName" else { return [] }
        let asked = service.spec["clusterIP"].string ?? service.spec["clusterIPs"][0].string ?? ""
        if asked == "None" {
            service.spec["clusterIPs"] = ["None"]
            return []
        }
        let address = try asked.isEmpty ? freeAddress(for: service.key) : check(asked)
        service.spec["clusterIP"] = .string(AddressRange.text(address))
        service.spec["clusterIPs"] = [.string(AddressRange.text(address))]
        return old?.clusterAddress == address ? [] : [address]
    }

    private func check(_ asked: String) throws(FieldFault) -> UInt32 {
        func refusal(_ why: String) -> FieldFault {
            .invalid("spec.clusterIPs", [.string(asked)], "failed to allocate IP \(asked): \(why)")
        }
        guard let address = AddressRange.address(asked), range.usable.contains(address) else {
            throw refusal("the provided network does not match the current range")
        }
        guard !addresses.contains(address) else { throw refusal("provided IP is already allocated") }
        return address
    }

    private func freeAddress(for key: ObjectKey) throws(FieldFault) -> UInt32 {
        let first = range.usable.lowerBound
        if key == Self.api, !addresses.contains(first) { return first }
        guard let address = range.usable.dropFirst().first(where: { !addresses.contains($0) }) else {
            throw FieldFault(.invalid, "spec.clusterIPs", "range \(range) is full")
        }
        return address
    }

    /// Sets the nodePort of every port where the type has any.
    mutating func givePorts(to service: inout KubeObject, old: KubeObject?) throws(FieldFault) -> Set<Int> {
        guard ["NodePort", "LoadBalancer"].contains(service.spec["type"].string ?? "") else { return [] }
        var taken: Set<Int> = []
        var list = service.spec["ports"].array ?? []
        let mine = Set(old?.nodePorts ?? [])
        for index in list.indices {
            let port = try nodePort(for: list[index], at: index)
            ports.insert(port)
            if !mine.contains(port) { taken.insert(port) }
            list[index]["nodePort"] = .int(Int64(port))
        }
        service.spec["ports"] = .array(list)
        return taken
    }

    private func nodePort(for port: JSON, at index: Int) throws(FieldFault) -> Int {
        let field = "spec.ports[\(index)].nodePort"
        if let asked = port["nodePort"].int, asked != 0 {
            guard nodePorts.contains(asked) else {
                let why = "provided port is not in the valid range. The range of valid ports is 30000-32767"
                throw .invalid(field, port["nodePort"], why)
            }
            guard !ports.contains(asked) else {
                throw .invalid(field, port["nodePort"], "provided port is already allocated")
            }
            return asked
        }
        guard let free = nodePorts.first(where: { !ports.contains($0) }) else {
            throw FieldFault(.invalid, field, "no node port is free")
        }
        return free
    }
}

extension KubeObject {
    fileprivate var clusterAddress: UInt32? { spec["clusterIP"].string.flatMap { AddressRange.address($0) } }
    fileprivate var nodePorts: [Int] { spec["ports"].array?.compactMap { $0["nodePort"].int } ?? [] }
}
extension FieldFault: Error {}
