import Base
import KubeModel

/// Kinds of which the API server only has to keep the objects.
enum SmallKinds {
    static let serviceAccount = ResourceType.builtIn(
        .serviceAccounts,
        "ServiceAccount",
        message: "core.ServiceAccount"
    ) { $0.shortNames = ["sa"] }

    static let lease = ResourceType.builtIn(
        .leases,
        "Lease",
        message: "coord.Lease",
        table: [.name, .text("Holder") { $0.spec.text("holderIdentity") }, .age]
    ) { type in
        type.durability = .processDeath
        type.validate = { lease, _ in
            ["leaseDurationSeconds", "leaseTransitions"].flatMap { name -> [FieldFault] in
                guard let value = lease.spec[name].int else { return [] }
                let least = name == "leaseDurationSeconds" ? 1 : 0
                let words = least == 1 ? "must be greater than 0" : Words.notNegative
                return value < least ? [.invalid("spec.\(name)", lease.spec[name], words)] : []
            }
        }
    }

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

    static let ingress = ResourceType.builtIn(
        ResourceID("networking.k8s.io", "v1", "ingresses"),
        "Ingress",
        message: "net.Ingress",
        table: [
            .name,
            .text("Class") { $0.spec.text("ingressClassName").orNone },
            .text("Hosts") { ingress in
                let hosts = ingress.spec.elements("rules").map { $0.text("host") }.filter { !$0.isEmpty }
                return hosts.isEmpty ? "*" : hosts.joined(separator: ",")
            },
            .text("Address") { ingress in
                (ingress.status[path: ["loadBalancer", "ingress"]].array ?? [])
                    .map { $0["ip"].string ?? $0.text("hostname") }.joined(separator: ",")
            },
            .text("Ports") { $0.spec.elements("tls").isEmpty ? "80" : "80, 443" },
            .age,
        ]
    ) { type in
        type.shortNames = ["ing"]
        type.hasStatus = true
        type.generation = .onSpec
        type.prepareForCreate = { $0.status = ["loadBalancer": .emptyObject] }
    }
}
