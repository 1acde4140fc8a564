import Base
package import KubeModel
package import Net

extension KubeObject {
    /// Where a Node object says that its kubelet's paths are; nil where it says nothing usable.
    package var kubeletAddress: SocketAddress? {
        let addresses = status["addresses"].array ?? []
        let address = addresses.first { $0["type"].string == "InternalIP" } ?? addresses.first
        let port = status["daemonEndpoints"]["kubeletEndpoint"]["Port"].int ?? 10_250
        return address?["address"].string.flatMap { SocketAddress(host: $0, port: port) }
    }
}
