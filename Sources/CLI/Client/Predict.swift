import Base
import KubeClient
import KubeModel
import Net

extension Command {
    static let predict = Command(
        "predict",
        "NAME",
        summary: "send a request to an InferenceService",
        details: """
              roost predict iris -d '{"instances": [[5.1, 3.5, 1.4, 0.2]]}'
              roost predict iris -d @request.json

            The request goes through the gateway under the service's own host name.
            """,
        flags: ClientSession.flags + [
            Flag("data", short: "d", "JSON", "the request's body, or @FILE; - reads standard input"),
            Flag("timeout", "TIME", "how long to wait for the answer (default 60s)"),
        ],
        run: { invocation in
            guard let name = invocation.arguments.first, invocation.arguments.count == 1 else {
                throw Misuse("which InferenceService? One name is needed")
            }
            guard let data = invocation["data"] else { throw Misuse("--data is needed") }
            let session = try ClientSession(invocation)
            let key = ObjectKey(namespace: session.namespace, name: name)
            let service = try await session.api.get(.inferenceServices, key)
            let ingress = try await session.api.get(
                .services,
                ObjectKey(namespace: "istio-system", name: "istio-ingressgateway")
            )
            let request = HTTPRequest(
                method: "POST",
                path: "/v1/models/\(name):predict",
                headers: ["host": try host(of: service), "content-type": "application/json"],
                body: try body(data)
            )
            let loop = EventLoop(name: "predict")
            loop.start()
            let timeout = try invocation.duration("timeout") ?? .seconds(60)
            let response = try await HTTPClient(loop: loop).send(
                request,
                to: try address(of: ingress),
                timeout: timeout
            )
            let text = String(decoding: response.body, as: UTF8.self)
            guard response.status == 200 else { throw Failure("the service answered \(response.status): \(text)") }
            Output.write(text.hasSuffix("\n") ? text : text + "\n")
        }
    )

    private static func host(of service: KubeObject) throws -> String {
        guard let url = service.status["url"].string, let host = url.split(separator: "/").dropFirst().first else {
            let ready = service.status["conditions"].array?.first { $0["type"] == "Ready" }
            let why = ready?["message"].string?.nonEmpty ?? "it is not ready yet"
            throw Failure("\(service.name) has no URL: \(why)")
        }
        return String(host)
    }

    private static func address(of ingress: KubeObject) throws -> SocketAddress {
        let host = ingress.status["loadBalancer"]["ingress"][0]["ip"].string ?? "127.0.0.1"
        let port = ingress.status["loadBalancer"]["ingress"][0]["ports"][0]["port"].int ?? 80
        guard let address = SocketAddress(host: host, port: port) else {
            throw Failure("the ingress address \(host):\(port) is not an IPv4 address")
        }
        return address
    }

    private static func body(_ data: String) throws -> [UInt8] {
        if data == "-" { return try Files.readAll(0, "standard input") }
        return data.hasPrefix("@") ? try Files.read(String(data.dropFirst())) : Array(data.utf8)
    }
}
