package import Base

/// Decides between nothing and something: what is between one replica and the most is the HorizontalPodAutoscaler's.
package struct Activation: Equatable, Sendable {
    /// What a look at the triggers found.
    package struct Seen: Equatable, Sendable {
        /// Whether any trigger is above its activation threshold.
        package let isActive: Bool
        /// Why a trigger could not be asked.
        package let fault: String?
        /// Replicas that the target is to have now.
        package let replicas: Int
        package let lastActive: WallTime?

        package init(isActive: Bool, fault: String? = nil, replicas: Int, lastActive: WallTime?) {
            self.isActive = isActive
            self.fault = fault
            self.replicas = replicas
            self.lastActive = lastActive
        }
    }

    /// What the conditions Active and Ready say.
    package enum Verdict: Equatable, Sendable {
        case active
        case inactive
        case coolingDown
        /// No trigger is known to be active, and one could not be asked.
        case failing(String)
    }

    /// The size that the target is to get; nil leaves it alone.
    package let scale: Int?
    package let verdict: Verdict
    package let lastActive: WallTime?

    /// - Parameter created: when the ScaledObject came.
    package init(_ object: ScaledObject, _ seen: Seen, created: WallTime, now: WallTime) {
        if seen.isActive {
            scale = seen.replicas == 0 ? max(1, object.minReplicas) : nil
            verdict = .active
            lastActive = now
            return
        }
        lastActive = seen.lastActive
        if let fault = seen.fault {
            // Nobody knows whether there is work: nothing is taken away.
            scale = nil
            verdict = .failing(fault)
        } else if seen.replicas < object.minReplicas {
            scale = object.minReplicas
            verdict = .inactive
        } else if object.minReplicas == 0, seen.replicas > 0 {
            let isOver = now > (seen.lastActive.map { $0 + object.cooldown } ?? created + object.initialCooldown)
            scale = isOver ? 0 : nil
            verdict = isOver ? .inactive : .coolingDown
        } else {
            scale = nil
            verdict = .inactive
        }
    }
}
