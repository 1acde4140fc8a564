import Base
import KubeClient
import KubeModel
import Net

/// What every client verb starts from: the API that the kubeconfig names, and the namespace that is meant.
struct ClientSession: Sendable {
    let api: HTTPSKubernetesAPI
    let namespace: String

    /// The flags that every client verb takes.
    static let flags = [
        Flag("kubeconfig", "FILE", "the API to ask (default: $KUBECONFIG, ~/.kube/config, the data folder's)"),
        Flag("namespace", short: "n", "NAME", "the namespace (default: the kubeconfig's)"),
    ]

    init(_ invocation: Invocation) throws {
        let config = try ClientSession.config(invocation["kubeconfig"])
        let loop = EventLoop(name: "client")
        loop.start()
        api = try HTTPSKubernetesAPI(config, loop: loop)
        namespace = invocation["namespace"] ?? config.namespace
    }

    /// Reads the kubeconfig that a flag names, or the first that is there.
    static func config(_ flag: String?) throws -> KubeConfig {
        let candidates = [
            flag, Environment["KUBECONFIG"]?.split(separator: ":").first.map(String.init),
            Environment["HOME"].map { "\($0)/.kube/config" }, DataFolder.defaultPath.map { "\($0)/kubeconfig" },
        ]
        let named = candidates.compactMap { $0 }
        guard let path = flag ?? named.first(where: Files.exists) else {
            throw Failure("no kubeconfig found (looked at \(named.joined(separator: ", "))); is roost up running?")
        }
        return try KubeConfig(yaml: Files.readText(path), readFile: Files.readText)
    }
}
