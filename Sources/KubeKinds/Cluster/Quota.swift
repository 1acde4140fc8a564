import Base
import KubeModel

/// ResourceQuotas and LimitRanges: kept and shown, as `kubectl describe namespace` asks for them; nothing is limited by them.
enum QuotaKinds {
    static let limitRange = ResourceType.builtIn(
        ResourceID("", "v1", "limitranges"),
        "LimitRange",
        message: "core.LimitRange",
        table: [.name, .createdAt]
    ) { $0.shortNames = ["limits"] }

    static let resourceQuota = ResourceType.builtIn(
        ResourceID("", "v1", "resourcequotas"),
        "ResourceQuota",
        message: "core.ResourceQuota",
        table: [
            .name,
            .text("Request") { quota($0, limits: false) },
            .text("Limit") { quota($0, limits: true) },
            .age,
        ]
    ) { type in
        type.shortNames = ["quota"]
        type.hasStatus = true
        type.prepareForCreate = { $0.status = .emptyObject }
    }

    private static func quota(_ quota: KubeObject, limits: Bool) -> String {
        let hard = (quota.status["hard"].object ?? [:]).filter { $0.key.hasPrefix("limits.") == limits }
        return hard.sorted { $0.key < $1.key }.map { name, bound in
            let used = quota.status["used"][name].string ?? "0"
            return "\(name): \(used)/\(bound.string ?? bound.text)"
        }.joined(separator: ", ")
    }
}
