import Base
package import Net

/// What a node is told when it starts.
package struct NodeConfiguration: Sendable {
    /// The Node object's name.
    package var name: String
    /// Where the node keeps logs, volumes and scratch folders; nobody else may use it.
    package var dataFolder: String
    /// The running `roost` program, started again for native servers.
    package var program: String
    /// Where the kubelet's paths are served, and what pods see as their host's address; port 0 is any.
    package var address: SocketAddress
    /// What the kubelet's paths ask for; empty asks for nothing.
    package var token = ""
    package var tls: TLSServerContext?
    /// The first and the last address that pods are given.
    package var podAddresses: ClosedRange<UInt32>
    /// Where pods find the API, if they should.
    package var apiHost: String?
    package var apiPort = 443
    /// `PATH` and `HOME` of process pods.
    package var path = ProgramPath.standard
    package var home = "/"
    /// Variables of containers that run a program of Roost's own, asked for at each start: where libraries lie that such a
    /// program opens, which a clean environment does not tell.
    package var nativeVariables: @Sendable () -> [(String, String)] = { [] }
    /// Whether process pods may get mount namespaces, where the machine permits them; else paths are rewritten.
    package var usesMounts = true
    /// Programs of this machine, with their first arguments, that stand for images of these names.
    package var imagePrograms: [String: [String]] = [:]
    /// Programs of Roost's own that run within this process, by their verbs.
    package var residents: [String: any ResidentProgram] = [:]
    /// The container engine and its first arguments; empty looks for podman, then docker.
    package var engine: [String] = []
    /// The variables that the engine's command is run with.
    package var engineEnvironment: [String: String] = [:]
    /// Labels of the Node object besides the usual ones.
    package var labels: [String: String] = [:]
    /// What the node says of its version.
    package var version = "v1.33.0"

    /// - Parameter podAddresses: such as 127.5.1.0 ... 127.5.127.255.
    package init(
        name: String,
        dataFolder: String,
        program: String,
        address: SocketAddress,
        podAddresses: ClosedRange<UInt32>
    ) {
        self.name = name
        self.dataFolder = dataFolder
        self.program = program
        self.address = address
        self.podAddresses = podAddresses
    }
}
