package import Base
import KubeModel

// As people read it.
extension ScaleExplanation {
    /// What was seen, what it asks for, what was decided, what is made of it, what comes next: a heading and a sentence each.
    package func lines(now: WallTime) -> [(heading: String, sentence: String)] {
        [
            ("SEEN", seen), ("ASKS", asks), ("DECIDED", decided), ("REPLICAS", made), ("NEXT", coming(now)),
            ("AS OF", "\(at.rfc3339), \((now - at).wholeSeconds) ago"),
        ]
    }

    private var seen: String {
        let panic = isPanic ? ", in panic" : ""
        return "\(metric) \(load.stable.short) over \(stableWindow.wholeSeconds), \(load.panic.short) over "
            + "\(panicWindow.wholeSeconds)\(panic); \(ready) ready"
    }

    private var asks: String {
        "\(load.stable.short) / \(target.short) = \(stableAsked) by the long window, "
            + "\(load.panic.short) / \(target.short) = \(panicAsked) by the short one"
    }

    private var decided: String {
        guard let rule else { return "nothing: nobody has measured yet" }
        let why =
            switch rule {
            case .stableWindow: "the load of the long window"
            case .panicWindow: "the load of the short window, in panic"
            case .panicHold: "in panic replicas only become more"
            case .scaleUpRate: "max-scale-up-rate allows no more in one step"
            case .scaleDownRate: "max-scale-down-rate allows no fewer in one step"
            case .activationScale: "activation-scale, as long as there is any load"
            case .scaleDownDelay: "scale-down-delay: the most of that time"
            }
        return "\(desired) (\(rule.rawValue): \(why))"
    }

    private var made: String {
        let why =
            switch bound {
            case .load: "as decided"
            case .unmeasured: "left as they are until somebody has measured"
            case .minScale: "raised to min-scale"
            case .maxScale: "held down by max-scale"
            case .initialScale: "initial-scale, until it has been reached once"
            case .scaleToZeroDisabled: "enable-scale-to-zero is false"
            case .activating: "a start is under way and is not called off"
            case .progressDeadline: "the start took longer than its deadline"
            case .stableWindow: "the last one stays for a stable window"
            case .deactivation: "traffic has ended, the last one is still there"
            case .activatorProbe: "the gateway is not in the path yet"
            case .retention: "the last one stays for scale-to-zero-pod-retention-period"
            case .gracePeriod: "the last one stays for scale-to-zero-grace-period"
            }
        return replicas < 0 ? why : "\(replicas) (\(why))"
    }

    private func coming(_ now: WallTime) -> String {
        let when = next.map { $0 > now ? "in \(($0 - now).wholeSeconds)" : "now" } ?? "at the next look"
        return switch bound {
        case .stableWindow: "marked inactive \(when), unless requests come"
        case .deactivation: "marked inactive, then towards zero \(when)"
        case .gracePeriod, .retention: "to zero \(when), unless requests come"
        case .activating: "given up \(when), unless it is ready by then"
        case .activatorProbe: "to zero as soon as the gateway is in the path"
        case _ where replicas == 0: "back with the next request, which is held until a replica is ready"
        case _ where isPanic: "panic ends when it has been calm for \(stableWindow.wholeSeconds)"
        default: "the next decision is made within 2s"
        }
    }
}

extension Duration {
    /// `1m30s`; parts of a second are left out.
    fileprivate var wholeSeconds: String { Duration.seconds(Int64(seconds)).kubernetesSpelling }
}

extension Double {
    /// With three digits behind the point at most.
    fileprivate var short: String {
        guard magnitude < 1e12 else { return plainSpelling }
        return ((self * 1000).rounded() / 1000).plainSpelling
    }
}
