import Base
import CData
package import KubeModel

/// The kinds of the Gateway API: custom in how they behave, but there from the start.
package enum GatewayKinds {
    /// The definitions, as a cluster that has the Gateway API shows them.
    package static let customResourceDefinitions: [KubeObject] = {
        // Safe: the linker laid that many bytes there; they live as long as the program.
        let bytes = UnsafeBufferPointer(start: cdata_gateway_crds_start_address(), count: cdata_gateway_crds_size())
        do {
            return try YAML.parse(Array(bytes)).flatMap { $0.elements("items") }.map { KubeObject($0) }
        } catch {
            preconditionFailure("gateway-crds.yaml: \(error)")  // a part of the program, read by its tests
        }
    }()

    /// The types that they define.
    static let types: [ResourceType] = customResourceDefinitions.flatMap(CustomResourceKind.types).map { type in
        var type = type
        if type.kind == "HTTPRoute" { checkPaths(&type) }
        return type
    }

    /// Upstream says the rules of paths in a language of rules; this is what they amount to.
    private static func checkPaths(_ type: inout ResourceType) {
        let schemaFaults = type.validate
        type.validate = { route, old in
            let faults = schemaFaults(route, old)
            return faults.isEmpty ? pathFaults(route.spec) : faults + [unchecked]
        }
    }

    private static let unchecked = FieldFault(
        .invalid,
        "<nil>",
        "Invalid value: null: some validation rules were not checked because the object was invalid; "
            + "correct the existing errors to complete validation"
    )

    private static func pathFaults(_ spec: JSON) -> [FieldFault] {
        spec.elements("rules").enumerated().flatMap { index, rule in
            rule.elements("matches").enumerated().flatMap { place, match in
                pathFaults(match["path"]).map {
                    FieldFault(.invalid, "spec.rules[\(index)].matches[\(place)].path", "Invalid value: \($0)")
                }
            }
        }
    }

    private static func pathFaults(_ path: JSON) -> [String] {
        guard let value = path["value"].string, path["type"].string != "RegularExpression" else { return [] }
        let types = "when type one of ['Exact', 'PathPrefix']"
        var faults: [String] = []
        if !value.hasPrefix("/") { faults.append("value must be an absolute path and start with '/' \(types)") }
        for part in ["//", "/./", "/../", "%2f", "%2F", "#"] where value.contains(part) {
            faults.append("must not contain '\(part)' \(types)")
        }
        for end in ["/..", "/."] where value.hasSuffix(end) {
            faults.append("must not end with '\(end)' \(types)")
        }
        return faults
    }
}
