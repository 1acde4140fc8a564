import Base
import Foundation
import ModelServer
import Net
import Prediction

/// A folder of this room's fixtures.
func fixture(_ name: String) -> String { Bundle.module.resourcePath! + "/Fixtures/" + name }

/// A model server on a port of its own, and a client.
struct Serving: Sendable {
    let address: SocketAddress
    let client: HTTPClient

    func send(_ method: String, _ path: String, _ body: String = "") async throws -> (status: Int, body: String) {
        let response = try await exchange(path, [:], Array(body.utf8), method: method)
        return (response.status, String(decoding: response.body, as: UTF8.self))
    }

    func exchange(
        _ path: String,
        _ headers: HTTPHeaders,
        _ body: [UInt8],
        method: String = "POST"
    ) async throws -> HTTPResponse {
        let request = HTTPRequest(method: method, path: path, headers: headers, body: body)
        return try await client.send(request, to: address, timeout: .seconds(30))
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
    configuration.wantsProbabilities = wantsProbabilities
    return try await withServer(configuration, body)
}

/// Serves what a configuration says, on any port, while `body` runs.
func withServer<Result>(
    _ configuration: ModelServerConfiguration,
    _ body: (Serving) async throws -> Result
) async throws -> Result {
    var configuration = configuration
    configuration.address = "127.0.0.1"
    configuration.port = 0
    configuration.grpcPort = 0
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

/// Serves the models in a folder while `body` runs.
func withModels<Result>(in folder: String, _ body: (Serving) async throws -> Result) async throws -> Result {
    var configuration = ModelServerConfiguration()
    configuration.modelDirectory = folder
    return try await withServer(configuration, body)
}

/// What an answer's elements look like as JSON.
func json(_ answer: Answer, _ output: Output) -> String {
    var body = OutBuffer()
    AnswerSpelling(output).writeJSON(answer, .rows, into: &body)
    return String(decoding: body.bytes, as: UTF8.self)
}

/// What an answer's elements look like as raw bytes.
func raw(_ answer: Answer, _ output: Output) -> [UInt8] {
    var body = OutBuffer()
    AnswerSpelling(output).writeRaw(answer, into: &body)
    return Array(body.bytes)
}
