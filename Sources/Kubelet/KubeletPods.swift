package import Base
package import KubeModel

/// What the kubelet's paths ask of the node about its pods.
package protocol KubeletPods: Sendable {
    /// The log of a container's present run, or of the one before.
    func log(of pod: ObjectKey, container: String, isPrevious: Bool) throws(APIStatus) -> LogSource
    /// Where a pod's ports are.
    func address(of pod: ObjectKey) throws(APIStatus) -> String
    /// What the containers that run use at present.
    func figures() -> [ContainerFigures]
}

/// Where a log can be read.
package struct LogSource: Sendable {
    package let path: String
    /// The log where it is still being written.
    package let live: ContainerLog?

    package init(path: String, live: ContainerLog?) {
        self.path = path
        self.live = live
    }
}

/// What a container's processes have used and hold.
package struct ContainerFigures: Equatable, Sendable {
    package let pod: ObjectKey
    package let container: String
    package let startedAt: WallTime
    package let cpuSeconds: Double
    package let residentBytes: Int

    package init(
        pod: ObjectKey,
        container: String,
        startedAt: WallTime,
        cpuSeconds: Double,
        residentBytes: Int
    ) {
        self.pod = pod
        self.container = container
        self.startedAt = startedAt
        self.cpuSeconds = cpuSeconds
        self.residentBytes = residentBytes
    }
}
