package import Base

/// A pod as a HorizontalPodAutoscaler sees it.
package struct MeasuredPod: Equatable, Sendable {
    /// How far the pod is, as its status says.
    package enum Phase: String, Sendable {
        case pending = "Pending"
        case running = "Running"
        case succeeded = "Succeeded"
        case failed = "Failed"
        case unknown = "Unknown"
    }

    /// The pod's condition Ready.
    package struct Readiness: Equatable, Sendable {
        /// Whether it is True; nil where it is Unknown.
        package let isReady: Bool?
        /// When it became what it is.
        package let since: WallTime

        package init(isReady: Bool?, since: WallTime) {
            self.isReady = isReady
            self.since = since
        }
    }

    /// A container and what it asks for, in thousandths, by the resource's name.
    package struct Container: Equatable, Sendable {
        package let name: String
        package let requests: [String: Int64]

        package init(name: String, requests: [String: Int64]) {
            self.name = name
            self.requests = requests
        }
    }

    package let name: String
    package var phase = Phase.running
    package var isDeleting = false
    /// Nil where there is no such condition.
    package var readiness: Readiness?
    /// When the node took it on.
    package var startedAt: WallTime?
    package var containers: [Container] = []

    package init(name: String) { self.name = name }
}

/// One measurement of a pod.
package struct Measurement: Equatable, Sendable {
    /// In thousandths.
    package var milli: Int64
    /// When it was taken.
    package let takenAt: WallTime
    /// Over how long.
    package let window: Duration

    package init(milli: Int64, takenAt: WallTime, window: Duration) {
        self.milli = milli
        self.takenAt = takenAt
        self.window = window
    }
}

/// Why a number of replicas cannot be told; in the words of Kubernetes' controller.
package struct ScalingFault: Error, Equatable, CustomStringConvertible {
    package let description: String

    package init(_ description: String) { self.description = description }
}
