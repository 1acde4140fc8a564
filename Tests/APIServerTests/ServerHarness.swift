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
    tls: TLSServerContext? = nil,
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
        configuration.tls = tls
        configuration.kubeletToken = "kubelet"
        let server = try APIServer(configuration, loop: loop)
        defer { server.close() }
        return try await body(server)
    }
}

/// Starts a server, hands it over with its address, and ends it.
func withRunningServer<Result>(
    loop: EventLoop,
    tls: TLSServerContext? = nil,
    _ body: (APIServer, SocketAddress) async throws -> Result
) async throws -> Result {
    try await withServer(loop: loop, tls: tls) { server in
        let address = try await server.start()
        let running = Task { await server.run() }
        let result: Swift.Result<Result, any Error>
        do {
            result = .success(try await body(server, address))
        } catch {
            result = .failure(error)
        }
        running.cancel()
        await running.value
        return try result.get()
    }
}

/// A loop with its thread, for the time of a test.
func withLoop<Result>(_ body: (EventLoop) async throws -> Result) async throws -> Result {
    let loop = EventLoop(name: "test")
    loop.start()
    defer { loop.stop() }
    return try await body(loop)
}

/// The two ways to the same API.
enum Transport: CaseIterable, Sendable {
    case inProcess
    case https
}

/// Starts a server and hands over its API, in process or over HTTPS.
func withAPI<Result>(
    _ transport: Transport,
    _ body: (any KubernetesAPI) async throws -> Result
) async throws -> Result {
    let authority = try CertificateAuthority.make(commonName: "test")
    let key = try authority.issue(commonName: "api", addresses: ["127.0.0.1"])
    let tls = try TLSServerContext(certificatePEM: key.certificatePEM, keyPEM: key.keyPEM)
    return try await withLoop { loop in
        try await withRunningServer(loop: loop, tls: tls) { server, address in
            if transport == .inProcess { return try await body(server.api) }
            let config = KubeConfig(
                server: "https://\(address)",
                authorityPEM: authority.certificatePEM,
                token: "secret"
            )
            return try await body(try HTTPSKubernetesAPI(config, loop: loop))
        }
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
