package import Base

/// How many replicas a revision should have, by its load: the decision of Knative's autoscaler, every two seconds.
///
/// Two averages are kept in view: over the stable window, and over the short panic window. Where the short one asks for
/// `panicThreshold` times the replicas that are ready, there is panic: until it has been calm for a stable window, replicas
/// only become more.
package struct KnativeScaler: Sendable {
    /// Averages of the load over both windows.
    package struct Load: Equatable, Sendable {
        package var stable: Double
        package var panic: Double

        package init(stable: Double, panic: Double) {
            self.stable = stable
            self.panic = panic
        }
    }

    /// What was decided.
    package struct Decision: Equatable, Sendable {
        /// Replicas wanted.
        package var replicas: Int
        /// Load that is free beyond the wanted burst capacity; negative keeps the activator in the path.
        package var excessBurstCapacity: Int
        /// Whether there is panic.
        package var isPanic: Bool
        /// Replicas that the load of the long window asks for, before any bound.
        package var stableAsked: Int
        /// Replicas that the load of the short window asks for, before any bound.
        package var panicAsked: Int
        /// What made them as many.
        package var rule: Rule
    }

    /// What can decide how many replicas are wanted.
    package enum Rule: String, Sendable {
        /// The load of the long window.
        case stableWindow = "stable-window"
        /// The load of the short window, in panic.
        case panicWindow = "panic-window"
        /// Replicas only become more while there is panic.
        case panicHold = "panic-hold"
        case scaleUpRate = "max-scale-up-rate"
        case scaleDownRate = "max-scale-down-rate"
        case activationScale = "activation-scale"
        case scaleDownDelay = "scale-down-delay"
    }

    /// What the revision is told.
    package var spec: DeciderSpec
    private var panicTime: WallTime?
    private var panicReplicas: Int
    private var delay: DelayWindow?

    /// A scaler that begins with so many ready replicas: more than one begin in panic, so that a restart, which forgets all
    /// load, takes none of them away.
    package init(_ spec: DeciderSpec, ready: Int, now: WallTime) {
        self.spec = spec
        panicTime = ready > 1 ? now : nil
        panicReplicas = ready
        delay = spec.scaleDownDelay > .zero ? DelayWindow(spec.scaleDownDelay) : nil
    }

    /// Decides by the load and by the replicas that are ready.
    package mutating func decide(_ load: Load, ready: Int, now: WallTime) -> Decision {
        let wanted = (
            stable: (load.stable / spec.targetValue).rounded(.up), panic: (load.panic / spec.targetValue).rounded(.up)
        )
        followPanic(wanted.panic, ready, now)
        var (replicas, rule) = bounded(wanted.stable, ready, .stableWindow)
        if panicTime != nil {
            let (panic, panicRule) = bounded(wanted.panic, ready, .panicWindow)
            if panic > replicas { (replicas, rule) = (panic, panicRule) }
            if panicReplicas > replicas { (replicas, rule) = (panicReplicas, .panicHold) }
            panicReplicas = replicas
        }
        if spec.isReachable, delay != nil {
            delay?.record(replicas, at: now)
            let largest = delay?.largest ?? replicas
            if largest > replicas { (replicas, rule) = (largest, .scaleDownDelay) }
        }
        return Decision(
            replicas: replicas,
            excessBurstCapacity: spec.excessBurstCapacity(ready: ready, load: load.panic),
            isPanic: panicTime != nil,
            stableAsked: Int(asInt32: wanted.stable),
            panicAsked: Int(asInt32: wanted.panic),
            rule: rule
        )
    }

    private mutating func followPanic(_ wanted: Double, _ ready: Int, _ now: WallTime) {
        if wanted / Double(max(1, ready)) >= spec.panicThreshold {
            panicTime = now
        } else if let began = panicTime, began + spec.stableWindow < now {
            panicTime = nil
            panicReplicas = 0
        }
    }

    /// What is wanted, within the factors by which replicas may grow and shrink, and not below the activation scale.
    private func bounded(_ wanted: Double, _ ready: Int, _ window: Rule) -> (Int, Rule) {
        let ready = Double(max(1, ready))
        let most = (spec.maxScaleUpRate * ready).rounded(.up)
        let least = spec.isReachable ? (ready / spec.maxScaleDownRate).rounded(.down) : 0
        let replicas = Int(asInt32: min(max(wanted, least), most))
        if spec.activationScale > 1, wanted > 0, replicas < spec.activationScale {
            return (spec.activationScale, .activationScale)
        }
        let rule: Rule = wanted > most ? .scaleUpRate : wanted < least ? .scaleDownRate : window
        return (replicas, rule)
    }
}

extension DeciderSpec {
    /// Load that is free beyond the wanted burst capacity.
    package func excessBurstCapacity(ready: Int, load: Double) -> Int {
        if targetBurstCapacity == 0 { return 0 }
        guard targetBurstCapacity > 0 else { return -1 }
        return Int(asInt32: (Double(ready) * totalValue - targetBurstCapacity - load).rounded(.down))
    }

    /// The same before the first decision, for the replicas that the revision begins with; cut towards zero.
    package var initialExcessBurstCapacity: Int {
        if targetBurstCapacity == 0 || targetBurstCapacity == -1 { return Int(targetBurstCapacity) }
        return Int(asInt32: Double(initialScale) * totalValue - targetBurstCapacity)
    }
}

extension Int {
    /// A number as 32 bits hold it, cut towards zero; 0 for what is no number.
    fileprivate init(asInt32 number: Double) {
        self = number.isNaN ? 0 : Int(Swift.min(Swift.max(number, Double(Int32.min)), Double(Int32.max)))
    }
}
