import Base
import KubeModel

/// The annotations `autoscaling.knative.dev/…` of a revision.
struct ScalingAnnotations {
    /// An annotation, by the spellings that it has had; the first that is there counts.
    enum Key: String, CaseIterable {
        case autoscalerClass = "class"
        case metric = "metric"
        case target = "target"
        case window = "window"
        case activationScale = "activation-scale"
        case minScale = "min-scale"
        case maxScale = "max-scale"
        case initialScale = "initial-scale"
        case scaleDownDelay = "scale-down-delay"
        case scaleToZeroPodRetentionPeriod = "scale-to-zero-pod-retention-period"
        case metricAggregationAlgorithm = "metric-aggregation-algorithm"
        case targetUtilizationPercentage = "target-utilization-percentage"
        case targetBurstCapacity = "target-burst-capacity"
        case panicWindowPercentage = "panic-window-percentage"
        case panicThresholdPercentage = "panic-threshold-percentage"

        /// Those that have never been written in camel case.
        private static let plain: Set<Key> = [.autoscalerClass, .metric, .target, .window, .activationScale]

        /// How it is written, and how it was.
        var names: [String] { Key.spellings[self] ?? [] }

        /// Spelt once: annotations are read at every look at an autoscaler.
        private static let spellings = Dictionary(
            uniqueKeysWithValues: allCases.map { key in
                let name = "autoscaling.knative.dev/\(key.rawValue)"
                return (key, plain.contains(key) ? [name] : [name, "autoscaling.knative.dev/\(key.camelCase)"])
            }
        )

        private var camelCase: String {
            let words = rawValue.split(separator: "-")
            return words[0] + words.dropFirst().map { $0.prefix(1).uppercased() + $0.dropFirst() }.joined()
        }
    }

    private let annotations: [String: String]

    init(_ annotations: [String: String]) { self.annotations = annotations }

    /// An annotation's value, and the name under which it stands.
    subscript(key: Key) -> (name: String, value: String)? {
        for name in key.names {
            if let value = annotations[name] { return (name, value) }
        }
        return nil
    }

    /// An annotation as a number; nil where it is none.
    func number(_ key: Key) -> Double? { self[key].flatMap { Double($0.value) } }

    /// An annotation as a whole number of 32 bits; nil where it is none.
    func integer(_ key: Key) -> Int? { self[key].flatMap { Int32($0.value) }.map(Int.init) }

    /// An annotation as a duration; nil where it is none.
    func duration(_ key: Key) -> Duration? { self[key].flatMap { try? Duration(kubernetes: $0.value) } }

    /// `serving.knative.dev/progress-deadline`: how long a start may take.
    var progressDeadline: Duration? {
        annotations["serving.knative.dev/progress-deadline"].flatMap { try? Duration(kubernetes: $0) }
    }
}
