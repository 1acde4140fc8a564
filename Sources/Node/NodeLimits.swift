import Base

/// Every bound of the node, by name.
enum NodeLimits {
    /// Containers of one pod, init containers among them.
    static let containersMax = 64
    /// Volumes of one pod.
    static let volumesMax = 256
    /// Items of one command line or environment.
    static let wordsMax = 4096

    /// Addresses of one slice of a Service without its own that pods find by its name.
    static let hostAddressesMax = 64

    /// What a restart count is believed to be at most when it is read back.
    static let restartsMax = Int(Int32.max)
    /// Wait before the second restart; the first comes at once. Doubles with each restart.
    static let backOffFirst = Duration.seconds(10)
    static let backOffMax = Duration.seconds(300)
    /// A container that ran this long starts again without a wait.
    static let backOffReset = Duration.seconds(600)
    /// Waits after a volume, ConfigMap or Secret that is missing; doubling.
    static let missingFirst = Duration.milliseconds(20)
    /// Waits shorter than this are not worth an event: what is missing may be on its way.
    static let missingTold = Duration.milliseconds(300)
    static let missingMax = Duration.seconds(10)

    /// How long a pod that comes up smoothly keeps its steps to itself: who is ready sooner is written once.
    static let smoothStart = Duration.milliseconds(40)
    /// First probe after a start; each wait is longer by this factor, up to the probe's period, until the first success.
    static let eagerProbeFirst = Duration.milliseconds(8)
    static let eagerProbeGrowth = 1.25
    /// First probe after a program has taken an address; waits grow from there alike.
    static let boundProbeFirst = Duration.microseconds(500)
    /// How long a pod that ends waits for the endpoints to let go of it.
    static let drainMax = Duration.seconds(2)
    /// How long it goes on after they have.
    static let drainSettle = Duration.milliseconds(50)
    /// What a container is given at least after its preStop hook used up the grace period.
    static let graceAfterHook = Duration.seconds(2)
    /// What pods are given when the node itself stops.
    static let shutdownGraceMax = Duration.seconds(10)

    /// Characters of a termination message; the end is kept.
    static let terminationMessageMax = 4096
    /// Lines of the log that stand in for a termination message.
    static let terminationMessageLines = 80
    /// Bytes kept of what a probe or a hook prints.
    static let execOutputMax = 10 * 1024
    /// Bytes of a file from a ConfigMap, a Secret or the downward API.
    static let volumeFileBytesMax = 1024 * 1024
    /// Entries of a folder that is copied, bind by bind, to make room for a mount point.
    static let mirroredEntriesMax = 512

    /// How long a start keeps the turn of others at most.
    static let startTurnMax = Duration.milliseconds(200)
    /// Starts of processes that go on at a time, for each processor.
    static let startsPerProcessor = 2

    /// How often, and how far apart, a pod's control groups are tried to be removed.
    static let groupRemovalTries = 50
    static let groupRemovalPause = Duration.milliseconds(10)

    static let leaseDuration = Duration.seconds(40)
    static let leaseRenewal = Duration.seconds(10)
    /// How often the node's status is written though nothing changed.
    static let nodeStatusInterval = Duration.seconds(60)
    static let apiRetryFirst = Duration.milliseconds(50)
    static let apiRetryMax = Duration.seconds(5)
}
