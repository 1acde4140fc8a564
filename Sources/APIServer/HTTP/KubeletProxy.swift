import Base
import KubeClient
import KubeModel
import Net

/// Passes requests about running containers on to the node that runs them.
struct KubeletProxy: Sendable {
    /// A stream into a pod, by the kubelet's name of its path.
    enum Stream: String {
        case portForward
        case exec
        case attach
    }

    let registry: Registry
    let client: HTTPClient
    /// What the nodes know this server by.
    let token: String

    /// Bytes of a node's refusal that are read for its message.
    private static let refusalBytesMax = 64 << 10

    /// `pods/log`: the container's text as the node sends it.
    func logs(_ request: HTTPRequest, _ key: ObjectKey) async throws(APIStatus) -> HTTPReply {
        guard request.method == "GET" else { throw ObjectRequests.notAllowed }
        let pod = try registry.get(.pods, key)
        try LogOptions.check(request, pod: key.name)
        let container = try PodContainer.choose(request.query("container"), of: pod)
        guard let node = try endpoint(of: pod) else { return .complete(HTTPResponse(status: 204)) }
        let path = "/containerLogs/\(key.namespace ?? "")/\(key.name)/\(container)"
        let query = request.query.filter { $0.name != "container" }
        let (status, _, body) = try await reaching(node) { () async throws(NetFault) in
            try await client.open(outgoing("GET", path, query, node), to: node)
        }
        guard status == 200 else { throw await refusal(status, body) }
        return .stream(status: 200, headers: ["content-type": "text/plain", "cache-control": "no-cache, private"]) {
            defer { body.close() }
            while let bytes = try await body.read() { try await $0.write(bytes) }
        }
    }

    /// `pods/portforward`, `exec` and `attach`: after the upgrade the bytes of both sides pass through untouched.
    ///
    /// Only SPDY is passed on: a refused WebSocket makes clients fall back to it.
    func upgrade(_ request: HTTPRequest, _ key: ObjectKey, _ stream: Stream) async throws(APIStatus) -> HTTPReply {
        guard let wanted = request.headers["upgrade"]?.lowercased() else {
            throw .badRequest("Upgrade request required")
        }
        guard wanted == "spdy/3.1", request.method == "POST" else {
            throw .badRequest("only POST requests with an upgrade to SPDY/3.1 are served, not \(wanted)")
        }
        let pod = try registry.get(.pods, key)
        var path = "/\(stream.rawValue)/\(key.namespace ?? "")/\(key.name)"
        if stream != .portForward {
            path += "/" + (try PodContainer.choose(request.query("container"), of: pod))
        }
        guard let node = try endpoint(of: pod) else {
            throw .badRequest("pod \(key.name) does not have a host assigned")
        }
        var passed = outgoing("POST", path, request.query, node)
        for name in ["upgrade", "connection", "x-stream-protocol-version"] {
            for value in request.headers.all(name) { passed.headers.add(name, value) }
        }
        let outbound = passed
        let (status, headers, far) = try await reaching(node) { () async throws(NetFault) in
            try await client.upgrade(outbound, to: node)
        }
        guard status == 101, let far else {
            throw APIStatus(.unknown, "the node of pod \(key.name) refused \(stream.rawValue): \(status)", code: status)
        }
        return .upgrade(headers: KubeletProxy.passedBack(headers)) { near in await KubeletProxy.relay(near, far) }
    }

    private static func passedBack(_ headers: HTTPHeaders) -> HTTPHeaders {
        var passed: HTTPHeaders = ["connection": "Upgrade", "upgrade": "SPDY/3.1"]
        passed["x-stream-protocol-version"] = headers["x-stream-protocol-version"]
        return passed
    }

    /// Copies both ways until both sides have ended, or one breaks.
    private static func relay(_ near: ByteStream, _ far: ByteStream) async {
        await withTaskGroup(of: Void.self) { group in
            for (from, to) in [(near, far), (far, near)] {
                group.addTask {
                    do throws(NetFault) {
                        while let bytes = try await from.read() { try await to.write(bytes) }
                        await to.finishWriting()
                    } catch {
                        // A broken side ends the other: neither can be told more than that.
                        near.close()
                        far.close()
                    }
                }
            }
        }
    }

    private func outgoing(
        _ method: String,
        _ path: String,
        _ query: [(name: String, value: String)],
        _ node: SocketAddress
    ) -> HTTPRequest {
        let headers: HTTPHeaders = ["host": node.description, "authorization": "Bearer \(token)"]
        return HTTPRequest(method: method, path: path, query: query, headers: headers)
    }

    /// Where the pod's node answers; nil while the pod has none.
    private func endpoint(of pod: KubeObject) throws(APIStatus) -> SocketAddress? {
        guard let name = pod.spec["nodeName"].string, !name.isEmpty else { return nil }
        let node = try registry.get(.nodes, ObjectKey(name: name))
        guard let endpoint = node.kubeletAddress else {
            throw APIStatus(.internalError, "node \(name) tells no address")
        }
        return endpoint
    }

    private func reaching<Answer>(
        _ node: SocketAddress,
        _ body: () async throws(NetFault) -> Answer
    ) async throws(APIStatus) -> Answer {
        do throws(NetFault) {
            return try await body()
        } catch {
            throw APIStatus(.internalError, "the node at \(node) cannot be reached: \(error)")
        }
    }

    /// What the node says of a request that it does not serve: a Status, or plain text.
    private func refusal(_ status: Int, _ body: HTTPBodyReader) async -> APIStatus {
        var text: [UInt8] = []
        // A body that breaks off still tells what came before.
        while text.count < Self.refusalBytesMax, let bytes = try? await body.read() { text += bytes }
        body.close()
        if let json = try? JSON.parse(text), json["kind"].string == "Status" {
            return APIStatus(json: json, code: status)
        }
        let message = String(decoding: text, as: UTF8.self)
        return APIStatus(
            status == 404 ? .notFound : .badRequest,
            message.isEmpty ? "the node answered \(status)" : message
        )
    }
}
