import Base
import Foundation
import ModelServer
import Net

/// A folder of this room's fixtures.
func fixture(_ name: String) -> String { Bundle.module.resourcePath! + "/Fixtures/" + name }

/// A model server on a port of its own, and a client.
struct Serving: Sendable {
    let address: SocketAddress
    let client: HTTPClient

    func send(_ method: String, _ path: String, _ body: String = "") async throws -> (status: Int, body: String) {
        let request = HTTPRequest(method: method, path: path, body: Array(body.utf8))
        let response = try await client.send(request, to: address, timeout: .seconds(30))
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    /// Asks the model for predictions.
    func predict(_ name: String, _ body: String) async throws -> (status: Int, body: String) {
        try await send("POST", "/v1/models/\(name):predict", body)
    }
}

/// Serves the fixture `name` under that name while `body` runs.
func withModel<Result>(
    _ name: String,
    wantsProbabilities: Bool = false,
    _ body: (Serving) async throws -> Result
) async throws -> Result {
    var configuration = ModelServerConfiguration()
    configuration.modelName = name
    configuration.modelDirectory = fixture(name)
    configuration.address = "127.0.0.1"
    configuration.port = 0
    configuration.grpcPort = 0
    configuration.wantsProbabilities = wantsProbabilities
    let server = ModelServer(configuration)
    let address = try server.start()
    let loop = EventLoop(name: "client")
    loop.start()
    let client = HTTPClient(loop: loop)
    do {
        let result = try await body(Serving(address: address, client: client))
        client.close()
        await server.drain(within: .seconds(5))
        loop.stop()
        return result
    } catch {
        client.close()
        await server.drain(within: .zero)
        loop.stop()
        throw error
    }
}
