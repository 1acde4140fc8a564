import Base

/// What is done about a revision's replicas.
package struct RevisionStep: Equatable, Sendable {
    /// Replicas that are reported as wanted; -1 where nobody knows.
    package var replicas: Int
    /// Whether the replicas are made as many.
    package var applies: Bool
    /// When to look again; nil where nothing but a change calls for it.
    package var wakesAfter: Duration?
    /// Whether the activator was found out of the path, so that it must be asked until it is in it.
    package var awaitsActivator = false
    /// What made it so.
    package var rule: Rule

    /// What can stand between the replicas that the load asks for and those that are made.
    package enum Rule: String, Sendable {
        /// Nothing: there are as many as the load asks for.
        case load
        /// Nobody has measured yet; what is there stays.
        case unmeasured
        case minScale = "min-scale"
        case maxScale = "max-scale"
        case initialScale = "initial-scale"
        /// `enable-scale-to-zero` is false.
        case scaleToZeroDisabled = "enable-scale-to-zero"
        /// A start is under way, and is not called off.
        case activating
        /// A start took longer than its deadline.
        case progressDeadline = "progress-deadline"
        /// The last replica stays until a stable window has passed since it became active.
        case stableWindow = "stable-window"
        /// Traffic has ended: the revision becomes inactive, with its replicas still there.
        case deactivation
        /// The activator is not in the path yet.
        case activatorProbe = "activator-probe"
        case retention = "scale-to-zero-pod-retention-period"
        case gracePeriod = "scale-to-zero-grace-period"
    }

    fileprivate init(
        _ replicas: Int,
        _ rule: Rule,
        applies: Bool,
        wakesAfter: Duration? = nil,
        awaitsActivator: Bool = false
    ) {
        self.replicas = replicas
        self.rule = rule
        self.applies = applies
        self.wakesAfter = wakesAfter
        self.awaitsActivator = awaitsActivator
    }
}

// From replicas wanted to what is done, and not too early to nothing.
extension RevisionScaling {
    /// A start that took longer than its deadline is given up this much later: others tell by then why it failed.
    private static let activationBuffer = Duration.seconds(30)

    /// What is done about `desired` replicas; negative where nobody knows how many yet.
    ///
    /// - Parameter isBackedByActivator: asks whether the activator is in the path; called when zero replicas depend on it.
    package func step(
        desired: Int,
        _ state: RevisionState,
        isBackedByActivator: () -> Bool
    ) -> RevisionStep {
        if desired < 0, state.status != .activating { return RevisionStep(desired, .unmeasured, applies: false) }
        let (replicas, rule) = bounded(desired, isInitialized: state.isInitialized)
        guard replicas == 0 else { return RevisionStep(replicas, rule, applies: true) }
        guard scalesToZero else { return RevisionStep(1, .scaleToZeroDisabled, applies: true) }
        return switch state.status {
        case .activating: giveUp(state)
        case .active: deactivate(state)
        case .inactive: removeLast(state, isBackedByActivator)
        }
    }

    /// Within the bounds, of which the lower one is the initial scale until that has been reached once.
    private func bounded(_ desired: Int, isInitialized: Bool) -> (Int, RevisionStep.Rule) {
        let initial = decider.initialScale
        let isBeginning = initial > 1 && !isInitialized && decider.isReachable
        let least = isBeginning ? max(initial, minScale) : minScale
        if desired < least { return (least, least > minScale ? .initialScale : .minScale) }
        return maxScale != 0 && desired > maxScale ? (maxScale, .maxScale) : (desired, .load)
    }

    private func giveUp(_ state: RevisionState) -> RevisionStep {
        let timeout = (progressDeadline ?? state.progressDeadline) + RevisionScaling.activationBuffer
        if state.lasting > timeout { return RevisionStep(0, .progressDeadline, applies: true) }
        return RevisionStep(-1, .activating, applies: false, wakesAfter: timeout)
    }

    /// Traffic has ended: the last replica stays for what is left of the window, and then until the activator has taken over.
    private func deactivate(_ state: RevisionState) -> RevisionStep {
        guard state.lasting >= stableWindow else {
            return RevisionStep(1, .stableWindow, applies: true, wakesAfter: stableWindow - state.lasting)
        }
        // Where the activator is in the path already, no change of it will call.
        return RevisionStep(0, .deactivation, applies: false, wakesAfter: state.isProxied ? .seconds(3) : nil)
    }

    private func removeLast(_ state: RevisionState, _ isBackedByActivator: () -> Bool) -> RevisionStep {
        guard decider.targetBurstCapacity == -1 || isBackedByActivator() else {
            return RevisionStep(0, .activatorProbe, applies: false, awaitsActivator: true)
        }
        let retention = decider.isReachable ? podRetention : .zero
        if state.lasting >= max(gracePeriod, retention) { return RevisionStep(0, .load, applies: true) }
        if state.lasting < retention {
            return RevisionStep(0, .retention, applies: false, wakesAfter: retention - state.lasting)
        }
        let left = gracePeriod - (state.proxied ?? .zero)
        return left <= .zero
            ? RevisionStep(0, .load, applies: true) : RevisionStep(0, .gracePeriod, applies: false, wakesAfter: left)
    }

    /// Whether the activator stays out of the path: replicas are wanted, and can take a burst by themselves.
    package static func serves(wanted: Int, excessBurstCapacity: Int) -> Bool {
        wanted > 0 && excessBurstCapacity >= 0
    }
}

extension DeciderSpec {
    /// Activators at least, so that one can fail.
    package static let activatorsMin = 2

    /// Activators that are put into the path of a revision with so many ready replicas.
    package func activators(ready: Int) -> Int {
        if targetBurstCapacity == 0 { return DeciderSpec.activatorsMin }
        let load = Double(ready) * totalValue + max(0, targetBurstCapacity)
        return max(DeciderSpec.activatorsMin, Int((load / activatorCapacity).rounded(.up)))
    }
}
