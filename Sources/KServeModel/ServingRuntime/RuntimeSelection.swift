import Base
import KubeModel

/// Why no runtime serves a model, as the service's status tells it.
package struct RuntimeRefusal: Error, Equatable, CustomStringConvertible {
    /// What clients branch on.
    package enum Reason: String, Sendable {
        case runtimeNotRecognized = "RuntimeNotRecognized"
        case runtimeDisabled = "RuntimeDisabled"
        case noSupportingRuntime = "NoSupportingRuntime"
        case invalidPredictorSpec = "InvalidPredictorSpec"
    }

    package let reason: Reason
    /// For `modelStatus.lastFailureInfo`.
    package let message: String
    /// With names, for events and conditions.
    package let description: String
}

/// The choice of the runtime that serves a model.
package enum RuntimeSelection {
    /// The runtime that the model names, or the best that takes it by itself.
    ///
    /// - Parameter runtimes: those of the service's namespace and those of the cluster.
    package static func select(
        for model: ModelSpec,
        hasWorkers: Bool = false,
        among runtimes: [ServingRuntime]
    ) throws(RuntimeRefusal) -> ServingRuntime {
        if let name = model.runtime { return try named(name, model, runtimes) }
        let candidates = sorted(runtimes, for: model.format).filter { runtime in
            !runtime.isDisabled && !runtime.isMultiModel && runtime.hasWorkers == hasWorkers
                && runtime.speaks(model.protocolVersion ?? "v1")
                && runtime.formats.contains { $0.isAutoSelected && model.isServed(by: $0) }
        }
        if let best = candidates.first { return best }
        throw RuntimeRefusal(
            reason: .noSupportingRuntime,
            message: "No runtime found to support specified framework/version",
            description: "no runtime found to support predictor with model type: \(model.formatText)"
                + ", protocol \(model.protocolVersion ?? "v1")"
        )
    }

    private static func named(
        _ name: String,
        _ model: ModelSpec,
        _ runtimes: [ServingRuntime]
    ) throws(RuntimeRefusal) -> ServingRuntime {
        let found = runtimes.filter { $0.name == name }
        guard let runtime = found.first(where: { !$0.isClusterWide }) ?? found.first else {
            throw RuntimeRefusal(
                reason: .runtimeNotRecognized,
                message: "Waiting for runtime to become available",
                description: "no ServingRuntimes or ClusterServingRuntimes with the name: \(name)"
            )
        }
        func refusal(_ reason: RuntimeRefusal.Reason, _ what: String) -> RuntimeRefusal {
            RuntimeRefusal(
                reason: reason,
                message: "Specified runtime \(what)",
                description: "specified runtime \(name) \(what)"
            )
        }
        if runtime.isDisabled { throw refusal(.runtimeDisabled, "is disabled") }
        if let version = model.protocolVersion, !runtime.speaks(version) {
            throw refusal(.noSupportingRuntime, "does not support specified protocol version")
        }
        guard runtime.formats.contains(where: { model.isServed(by: $0) }) else {
            throw refusal(.noSupportingRuntime, "does not support specified framework/version")
        }
        return runtime
    }

    /// Namespaced runtimes before those of the cluster; in each, highest priority first, then lowest protocol, newest, name.
    private static func sorted(_ runtimes: [ServingRuntime], for format: String) -> [ServingRuntime] {
        runtimes.map { (runtime: $0, rank: Rank($0, format)) }.sorted { $0.rank < $1.rank }.map(\.runtime)
    }

    private struct Rank: Comparable {
        let scope: Int
        let priority: Int
        let lowestProtocol: Int
        let age: Int64
        let name: String

        init(_ runtime: ServingRuntime, _ format: String) {
            scope = runtime.isClusterWide ? 1 : 0
            // Higher priorities come first, none at all last.
            priority = runtime.formats.first { $0.name == format }?.priority.map { -$0 } ?? .max
            lowestProtocol = runtime.lowestProtocol?.rank ?? 5
            age = -(runtime.object.creationTime?.seconds ?? 0)
            name = runtime.name
        }

        static func < (left: Rank, right: Rank) -> Bool {
            (left.scope, left.priority, left.lowestProtocol, left.age, left.name)
                < (right.scope, right.priority, right.lowestProtocol, right.age, right.name)
        }
    }
}

extension ModelSpec {
    /// Whether a format is this model's: without a version any of that name, with one exactly the same text.
    fileprivate func isServed(by format: ServingRuntime.Format) -> Bool {
        format.name == self.format && (formatVersion == nil || formatVersion == format.version)
    }

    fileprivate var formatText: String { formatVersion.map { "\(format) \($0)" } ?? format }
}
