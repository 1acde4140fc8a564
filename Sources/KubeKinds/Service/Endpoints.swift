import Base
import KubeModel

/// Endpoints: the addresses behind a Service, all in one object.
enum EndpointsKind {
    static let type = ResourceType.builtIn(.endpoints, "Endpoints", message: "core.Endpoints", table: table) { type in
        type.singular = "endpoints"
        type.shortNames = ["ep"]
        type.durability = .processDeath
        type.applyDefaults = { endpoints in
            endpoints.json.updateEach("subsets") { subset in
                subset.updateEach("ports") { $0.setDefault("protocol", "TCP") }
            }
        }
    }

    private static let table: [TableColumn] = [.name, .text("Endpoints", addresses), .age]

    /// Addresses that a cell shows; the rest is only counted.
    private static let shownMax = 3

    private static func addresses(_ endpoints: KubeObject) -> String {
        let subsets = endpoints["subsets"].array ?? []
        guard !subsets.isEmpty else { return "<none>" }
        let all = subsets.flatMap { subset in
            let ports = subset.elements("ports")
            return ports.isEmpty
                ? subset.elements("addresses").map { $0.text("ip") }
                : ports.flatMap { port in
                    subset.elements("addresses").map { "\($0.text("ip")):\(port["port"].int ?? 0)" }
                }
        }
        let shown = all.prefix(shownMax).joined(separator: ",")
        return all.count > shownMax ? "\(shown) + \(all.count - shownMax) more..." : shown.orNone
    }
}

/// EndpointSlices: the addresses behind a Service, some in each object.
enum EndpointSliceKind {
    static let type = ResourceType.builtIn(
        .endpointSlices,
        "EndpointSlice",
        message: "disc.EndpointSlice",
        table: table
    ) { type in
        type.generation = .onSpec
        type.durability = .processDeath
        type.applyDefaults = { slice in
            slice.json.updateEach("ports") { port in
                port.setDefault("name", "")
                port.setDefault("protocol", "TCP")
            }
            slice.json.updateEach("endpoints") { $0.setDefault("conditions", .emptyObject) }
        }
        type.validate = validate
    }

    private static let table: [TableColumn] = [
        .name,
        .text("AddressType") { $0.json.text("addressType") },
        .text("Ports") { cell($0.json.elements("ports").map { $0["port"].int.map(String.init) ?? "*" }) },
        .text("Endpoints") { cell($0.json.elements("endpoints").flatMap { $0["addresses"].strings }) },
        .age,
    ]

    /// Values that a cell shows; the rest is only counted.
    private static let shownMax = 3

    private static func cell(_ values: [String]) -> String {
        guard !values.isEmpty else { return "<unset>" }
        let shown = values.prefix(shownMax).joined(separator: ",")
        return values.count > shownMax ? "\(shown) + \(values.count - shownMax) more..." : shown
    }

    private static func validate(_ slice: KubeObject, _ old: KubeObject?) -> [FieldFault] {
        var faults: [FieldFault] = []
        if slice.json.text("addressType").isEmpty {
            faults.append(.required("addressType"))
        } else if !["FQDN", "IPv4", "IPv6"].contains(slice.json.text("addressType")) {
            faults.append(.notSupported("addressType", slice["addressType"], ["FQDN", "IPv4", "IPv6"]))
        }
        for (index, endpoint) in slice.json.elements("endpoints").enumerated()
        where endpoint["addresses"].strings.isEmpty {
            faults.append(.required("endpoints[\(index)].addresses", "must contain at least 1 address"))
        }
        if let old, old["addressType"] != slice["addressType"] {
            faults.append(.invalid("addressType", slice["addressType"], Words.immutable))
        }
        return faults
    }
}
