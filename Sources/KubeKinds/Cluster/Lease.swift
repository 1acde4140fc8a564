import Base
import KubeModel

/// Leases: who leads, and since when.
enum LeaseKind {
    static let type = ResourceType.builtIn(
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
}
