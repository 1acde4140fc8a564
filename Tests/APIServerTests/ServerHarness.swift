import APIServer
import Base
import CLinux
import KubeClient
import KubeKinds
import KubeModel
import Net
import TestKit
import Testing

/// A server of all built-in kinds in a scratch folder, not listening.
func withServer<Result>(
    hooks: [AdmissionHook] = [],
    loop: EventLoop = EventLoop(name: "idle"),
    _ body: (APIServer) async throws -> Result
) async throws -> Result {
    try await withScratchDirectory { folder in
        let address = try #require(SocketAddress("127.0.0.1:0"))
        var configuration = APIServerConfiguration(
            dataFolder: folder,
            address: address,
            users: Users(tokens: ["secret": Users.User(name: "admin")]),
            types: BuiltInKinds.all
        )
        configuration.hooks = hooks
        let server = try APIServer(configuration, loop: loop)
        defer { server.close() }
        return try await body(server)
    }
}

/// The text of a file in Fixtures.
func fixture(_ name: String, file: String = #filePath) throws -> String {
    let folder = file.split(separator: "/").dropLast().joined(separator: "/")
    let source = try #require(fopen("/\(folder)/Fixtures/\(name)", "r"))
    defer { fclose(source) }
    var text: [UInt8] = []
    var buffer = [UInt8](repeating: 0, count: 1 << 16)
    while case let count = fread(&buffer, 1, buffer.count, source), count > 0 { text += buffer[..<count] }
    return String(decoding: text, as: UTF8.self)
}

/// The two ways to the same API.
enum Transport: CaseIterable, Sendable {
    case inProcess
    case http
}

/// Starts a server with the namespace `default` and hands over its API, in process or through a socket.
func withAPI<Result>(
    _ transport: Transport,
    _ body: (any KubernetesAPI) async throws -> Result
) async throws -> Result {
    let loop = EventLoop(name: "api-test")
    loop.start()
    defer { loop.stop() }
    return try await withServer(loop: loop) { server in
        let address = try await server.start()
        let running = Task { await server.run() }
        let api: any KubernetesAPI
        switch transport {
        case .inProcess: api = server.api
        case .http:
            let config = KubeConfig(server: "http://\(address)", authorityPEM: nil, token: "secret")
            api = try HTTPSKubernetesAPI(config, loop: loop)
        }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(api))
        } catch {
            result = .failure(error)
        }
        running.cancel()
        await running.value
        return try result.get()
    }
}
