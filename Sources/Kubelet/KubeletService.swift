package import Base
import KubeModel
package import Net

/// Answers the kubelet's paths: logs, port-forward and figures of the pods of one node.
package struct KubeletService: Sendable {
    private let pods: any KubeletPods
    private let token: String
    private let loop: EventLoop
    private let time: any TimeSource

    /// - Parameter token: the bearer token that every path but `/healthz` asks for; empty asks for none.
    package init(pods: any KubeletPods, token: String, loop: EventLoop, time: any TimeSource) {
        self.pods = pods
        self.token = token
        self.loop = loop
        self.time = time
    }

    /// The service to be put behind an HTTP server.
    package var http: AsyncHTTPService {
        AsyncHTTPService(bodyMax: KubeletLimits.bodyBytesMax) { request in await answer(request) }
    }

    package func answer(_ request: HTTPRequest) async -> HTTPReply {
        if request.path == "/healthz" { return .complete(HTTPResponse(status: 200, text: "ok")) }
        guard isAllowed(request) else {
            return KubeletService.refusal(APIStatus(.unauthorized, "the kubelet's paths need its bearer token"))
        }
        let words = request.path.split(separator: "/").map(String.init)
        do throws(APIStatus) {
            switch (words.first, words.count) {
            case ("containerLogs", 4): return try log(request, namespace: words[1], pod: words[2], container: words[3])
            case ("portForward", 3...4): return try portForward(request, namespace: words[1], pod: words[2])
            case ("metrics", 2) where words[1] == "resource":
                let text = ResourceMetrics.text(pods.figures(), now: time.wall())
                return .complete(HTTPResponse(status: 200, text: text))
            case ("exec", _), ("attach", _), ("run", _):
                throw APIStatus(.unknown, "this node runs no commands in running pods yet: \(request.path)", code: 501)
            default: throw APIStatus(.notFound, "the kubelet has no path \(request.path)")
            }
        } catch {
            return KubeletService.refusal(error)
        }
    }

    private func isAllowed(_ request: HTTPRequest) -> Bool {
        token.isEmpty || request.headers["authorization"] == "Bearer \(token)"
    }

    private static func refusal(_ status: APIStatus) -> HTTPReply {
        .complete(HTTPResponse(status: status.code, json: status.json))
    }
}

// MARK: - Logs

extension KubeletService {
    private func log(
        _ request: HTTPRequest,
        namespace: String,
        pod: String,
        container: String
    ) throws(APIStatus) -> HTTPReply {
        let options = try LogOptions(request.query, pod: pod, now: time.wall())
        let key = ObjectKey(namespace: namespace, name: pod)
        let source = try pods.log(of: key, container: container, isPrevious: options.isPrevious)
        return .stream(status: 200, headers: ["content-type": "text/plain"]) { writer in
            try await KubeletService.send(source, options, to: writer)
        }
    }

    private static func send(_ source: LogSource, _ options: LogOptions, to writer: HTTPBodyWriter) async throws {
        // Asked for before reading, so that nothing written meanwhile is missed.
        let changes = options.follows ? source.live?.changes() : nil
        var reader = LogReader(path: source.path, options)
        while let bytes = reader.next() { try await writer.write(bytes) }
        guard let changes else { return }
        for await _ in changes {
            while let bytes = reader.next() { try await writer.write(bytes) }
            if reader.isDone { return }
        }
        while let bytes = reader.next() { try await writer.write(bytes) }
    }
}

// MARK: - Port-forward

extension KubeletService {
    private func portForward(_ request: HTTPRequest, namespace: String, pod: String) throws(APIStatus) -> HTTPReply {
        guard request.headers["upgrade"]?.lowercased() == "spdy/3.1" else {
            throw .badRequest("Upgrade request required: port-forward speaks SPDY/3.1")
        }
        let host = try pods.address(of: ObjectKey(namespace: namespace, name: pod))
        let headers: HTTPHeaders = [
            "connection": "Upgrade", "upgrade": "SPDY/3.1", "x-stream-protocol-version": "portforward.k8s.io",
        ]
        return .upgrade(headers: headers) { [loop] client in
            do {
                await (try PortForward(client, to: host, loop: loop)).run()
            } catch {
                client.close()
            }
        }
    }
}
