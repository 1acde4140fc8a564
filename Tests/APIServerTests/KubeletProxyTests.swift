import APIServer
import Base
import KubeClient
import KubeModel
import Net
import TestKit
import Testing

@Suite(.timeLimit(.minutes(1)))
struct KubeletProxyTests {
    /// A node that tells what it was asked, and echoes after an upgrade.
    private static func node(_ request: HTTPRequest) async -> HTTPReply {
        guard request.headers["authorization"] == "Bearer kubelet" else {
            return .complete(HTTPResponse(status: 401, text: "who?"))
        }
        let query = request.query.map { "\($0.name)=\($0.value)" }.joined(separator: "&")
        switch request.path {
        case "/containerLogs/default/p/main":
            return .stream(status: 200, headers: ["content-type": "text/plain"]) {
                try await $0.write(Array("one \(query)\n".utf8))
                try await $0.write(Array("two\n".utf8))
            }
        case "/containerLogs/default/p/side":
            let text = "container \"side\" in pod \"p\" is waiting to start: ContainerCreating"
            return .complete(HTTPResponse(status: 400, text: text))
        case "/portForward/default/p":
            let headers: HTTPHeaders = ["upgrade": "SPDY/3.1", "x-stream-protocol-version": "portforward.k8s.io"]
            return .upgrade(headers: headers) { stream in
                while let bytes = try? await stream.read() { try? await stream.write(bytes) }
                await stream.finishWriting()
            }
        default: return .complete(HTTPResponse(status: 501, text: "not here"))
        }
    }

    /// A running API with a pod on a node, and a client for it.
    private func withPod(
        containers: [String] = ["main"],
        _ body: (HTTPClient, SocketAddress) async throws -> Void
    ) async throws {
        try await withLoop { loop in
            let nodeServer = HTTPServer(loop: loop, service: AsyncHTTPService(bodyMax: 0) { await Self.node($0) })
            let nodeAddress = try nodeServer.listen(try #require(SocketAddress("127.0.0.1:0")))
            try await withRunningServer(loop: loop) { server, address in
                var node = KubeObject(.nodes, kind: "Node", name: "n")
                node.status = [
                    "addresses": [["type": "InternalIP", "address": .string(nodeAddress.host)]],
                    "daemonEndpoints": ["kubeletEndpoint": ["Port": .int(Int64(nodeAddress.port))]],
                ]
                _ = try await server.api.create(.nodes, node)
                var pod = KubeObject(.pods, kind: "Pod", namespace: "default", name: "p")
                pod.spec = [
                    "nodeName": "n",
                    "containers": .array(containers.map { ["name": .string($0), "image": "i"] }),
                ]
                _ = try await server.api.create(.pods, pod)
                let client = HTTPClient(loop: loop)
                try await body(client, address)
                client.close()
            }
            await nodeServer.drain(within: .zero)
        }
    }

    private func request(
        _ part: String,
        method: String = "GET",
        query: [(name: String, value: String)] = [],
        _ headers: HTTPHeaders = [:]
    ) -> HTTPRequest {
        var headers = headers
        headers["authorization"] = "Bearer secret"
        headers["host"] = "api"
        let path = "/api/v1/namespaces/default/pods/p/\(part)"
        return HTTPRequest(method: method, path: path, query: query, headers: headers)
    }

    @Test func logsComeFromTheNode() async throws {
        try await withPod { client, address in
            let query = [(name: "container", value: "main"), (name: "tailLines", value: "2")]
            let answer = try await client.send(request("log", query: query), to: address, timeout: .seconds(60))
            #expect(answer.status == 200 && answer.headers["content-type"] == "text/plain")
            #expect(String(decoding: answer.body, as: UTF8.self) == "one tailLines=2\ntwo\n")
        }
    }

    @Test(arguments: [
        ("", "a container name must be specified for pod p, choose one of: [main side]", 400),
        ("zz", "container zz is not valid for pod p", 400),
        ("side", "container \"side\" in pod \"p\" is waiting to start: ContainerCreating", 400),
    ])
    func wrongContainersAreTold(_ container: String, _ message: String, _ code: Int) async throws {
        try await withPod(containers: ["main", "side"]) { client, address in
            let query = container.isEmpty ? [] : [(name: "container", value: container)]
            let answer = try await client.send(request("log", query: query), to: address, timeout: .seconds(60))
            let status = try JSON.parse(answer.body)
            #expect(answer.status == code && status["message"].string == message)
        }
    }

    @Test func portForwardPassesBytesBothWays() async throws {
        try await withPod { client, address in
            let spdy: HTTPHeaders = [
                "connection": "Upgrade", "upgrade": "SPDY/3.1", "x-stream-protocol-version": "portforward.k8s.io",
            ]
            let outgoing = request("portforward", method: "POST", spdy)
            let (status, headers, stream) = try await client.upgrade(outgoing, to: address)
            #expect(status == 101 && headers["x-stream-protocol-version"] == "portforward.k8s.io")
            let bytes = try #require(stream)
            try await bytes.write(Array("ping".utf8))
            let echoed = try await bytes.read()
            #expect(echoed == Array("ping".utf8))
            await bytes.finishWriting()
            let end = try await bytes.read()
            #expect(end == nil)
        }
    }

    @Test(arguments: [
        ("GET", "websocket", 400), ("GET", "", 400), ("POST", "SPDY/3.1", 501),
    ])
    func otherUpgradesAreRefused(_ method: String, _ upgrade: String, _ code: Int) async throws {
        try await withPod { client, address in
            var headers: HTTPHeaders = [:]
            if !upgrade.isEmpty { headers = ["connection": "Upgrade", "upgrade": upgrade] }
            let part = code == 501 ? "exec" : "portforward"
            let (status, _, stream) = try await client.upgrade(request(part, method: method, headers), to: address)
            #expect(status == code && stream == nil)
        }
    }
}
