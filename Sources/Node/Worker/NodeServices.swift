import Base
import KubeClient
import KubeModel
import Net

/// What every pod's worker needs of the node.
struct NodeServices: Sendable {
    let configuration: NodeConfiguration
    let api: any KubernetesAPI
    let time: any TimeSource
    let loop: EventLoop
    let runner: ProcessRunner
    let images: NativeImages
    let engine: ContainerEngine
    let hosts: ClusterHosts
    let addresses: AddressPool
    let recorder: EventRecorder
    let prober: Prober
    let metrics: NodeMetrics
    /// Whether containers can have mounts of their own.
    let allowsMounts: Bool
    /// What keeps process pods within their limits, or why nothing does.
    let groups: Result<ControlGroups, LimitsLack>
    /// Whose turn it is to start a process.
    let gate: StartGate

    var sources: SourceReader { SourceReader(api: api) }
    var now: Moment { Moment(instant: time.monotonic(), wall: time.wall()) }
    /// An empty folder to build views of the file system in.
    var stage: String { "\(configuration.dataFolder)/stage" }

    /// A pod's own folder on the machine.
    func folder(of uid: String) -> String { "\(configuration.dataFolder)/pods/\(uid)" }

    /// The log of one run of a container.
    func logPath(of uid: String, _ container: String, restart: Int) -> String {
        "\(folder(of: uid))/\(container)/\(restart).log"
    }

    func messageFile(of uid: String, _ container: String) -> String {
        "\(folder(of: uid))/\(container)/termination-log"
    }
}
