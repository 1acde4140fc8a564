import ModelServer
import Testing

@Suite struct ConfigurationTests {
    @Test func flagsOfKServesServersAreRead() throws {
        let arguments = [
            "--model_name=iris", "--model_dir", "/models/iris", "--http_port", "9000", "--grpc_port=9001", "--workers",
            "2",
            "--surprise", "--other=1", "--enable_docs_url", "--address=127.0.0.1", "stray",
        ]
        let configuration = try ModelServerConfiguration.parse(arguments, environment: ["PREDICT_PROBA": "True"])
        var expected = ModelServerConfiguration()
        expected.modelName = "iris"
        expected.modelDirectory = "/models/iris"
        expected.port = 9000
        (expected.grpcPort, expected.mustHaveGRPCPort) = (9001, true)
        expected.workers = 2
        expected.address = "127.0.0.1"
        expected.wantsProbabilities = true
        expected.ignoredFlags = ["--surprise", "--other", "stray"]
        #expect(configuration == expected)
    }

    @Test func theNodeSaysWhereToListen() throws {
        #expect(
            try ModelServerConfiguration.parse([], environment: ["ROOST_BIND_ADDRESS": "127.3.1.2"]).address
                == "127.3.1.2"
        )
        #expect(try ModelServerConfiguration.parse([], environment: [:]).address == "0.0.0.0")
    }

    @Test(arguments: [
        (["--http_port", "x"], "--http_port: x is no port number"),
        (["--http_port=70000"], "--http_port: 70000 is no port number"),
        (["--model_name"], "--model_name: a value is expected"),
    ])
    func valuesThatDoNotFitAreTold(_ arguments: [String], _ message: String) {
        let misuse = #expect(throws: ModelServerMisuse.self) {
            try ModelServerConfiguration.parse(arguments, environment: [:])
        }
        #expect(misuse?.description == message)
    }
}
