import Base
import KubeModel

/// The class in which a pod's resources put it.
enum QualityOfService: String {
    case guaranteed = "Guaranteed"
    case burstable = "Burstable"
    case bestEffort = "BestEffort"

    /// Guaranteed: every container limits cpu and memory to what it requests. Best effort: none asks for anything.
    init(of spec: JSON) {
        let resources = (spec.elements("containers") + spec.elements("initContainers")).map { $0["resources"] }
        let asksForSomething = resources.contains { resource in
            ["requests", "limits"].contains { list in
                QualityOfService.counted.contains { !QualityOfService.amount($0, in: resource[list]).isZero }
            }
        }
        let isExact = resources.allSatisfy { resource in
            QualityOfService.counted.allSatisfy { name in
                let limit = QualityOfService.amount(name, in: resource["limits"])
                let request = resource["requests"][name]
                return !limit.isZero && (request.isNull || Quantity(request) == limit)
            }
        }
        self = !asksForSomething ? .bestEffort : isExact ? .guaranteed : .burstable
    }

    private static let counted = ["cpu", "memory"]

    private static func amount(_ name: String, in list: JSON) -> Quantity { Quantity(list[name]) ?? .zero }
}
