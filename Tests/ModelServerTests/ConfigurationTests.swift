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

    @Test func environmentsOfOtherServersAreRead() throws {
        let environment = [
            "MLSERVER_MODEL_NAME": "m", "MLSERVER_MODEL_URI": "/mnt/m", "MLSERVER_HTTP_PORT": "8085",
            "MLSERVER_GRPC_PORT": "8086", "CE_MERGE": "true", "KSERVE_TLS_CERT_FILE": "c", "KSERVE_TLS_KEY_FILE": "k",
        ]
        let configuration = try ModelServerConfiguration.parse(
            ["--model_name", "n", "--enable_grpc", "false", "--timeout-keep-alive=9", "--enable_latency_logging"],
            environment: environment
        )
        #expect(configuration.modelName == "n" && configuration.modelDirectory == "/mnt/m")
        #expect(configuration.port == 8085 && configuration.grpcPort == 8086 && configuration.mustHaveGRPCPort)
        #expect(configuration.cloudEvents.mergesAttributes && !configuration.speaksGRPC && configuration.logsLatency)
        #expect(configuration.keepAlive == .seconds(9) && configuration.certificateFile == "c")
        let secure = try ModelServerConfiguration.parse(["--ssl_certfile=c", "--ssl_keyfile=k"], environment: [:])
        #expect(secure.port == 8443)
    }

    @Test(arguments: [
        (["--workers", "0"], "--workers: 0 is no number from 1 to 256"),
        (["--enable_grpc", "maybe"], "--enable_grpc: maybe is neither true nor false"),
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
