import Base
import ModelServer
import Net
import Testing

/// Requests for predictions under the names of KServe's example.
@Suite struct RequestSeriesTests {
    private static let environment = [
        "INFERENCE_SERVICE_NAME": "flowers", "POD_NAMESPACE": "ml", "ROOST_COMPONENT": "predictor",
        "ROOST_REVISION": "flowers-predictor", "K_REVISION": "flowers-predictor-00002",
    ]

    private func configuration(_ variables: [String: String]) throws -> ModelServerConfiguration {
        let arguments = ["--model_name", "iris", "--model_dir", fixture("iris")]
        return try ModelServerConfiguration.parse(arguments, environment: variables)
    }

    @Test func protocolsAndStatusesHaveSeriesOfTheirOwn() async throws {
        try await withServer(try configuration(Self.environment)) { serving in
            for _ in 0..<3 { _ = try await serving.predict("iris", #"{"instances":[[1,2,3,4]]}"#) }
            _ = try await serving.predict("iris", "{")
            _ = try await serving.predict("other", "{}")
            _ = try await serving.send("POST", "/v2/models/iris/infer", "{}")
            _ = try await serving.call("ModelInfer", try message("FP32"))
            _ = try await serving.call("ModelInfer", try message("names"))
            _ = try await serving.call("ServerLive", [])
            _ = try await serving.send("GET", "/v1/models/iris")
            let text = try await serving.send("GET", "/metrics").body
            let identity =
                "service_name=\"flowers\",namespace=\"ml\",revision=\"flowers-predictor-00002\",component=\"predictor\""
            let told = text.split(separator: "\n").filter { $0.hasPrefix("kserve_request_count{") }
            let expected = [
                ("200", "grpc-v2", 1), ("200", "v1", 3), ("400", "v1", 1), ("404", "grpc-v2", 1), ("404", "v1", 1),
                ("422", "v2", 1),
            ].map { "kserve_request_count{\(identity),response_code=\"\($0)\",protocol=\"\($1)\"} \($2)" }
            #expect(told.map(String.init) == expected)
            let bucket =
                "kserve_request_duration_milliseconds_bucket{\(identity),response_code=\"200\",protocol=\"v1\","
            #expect(text.contains("\(bucket)le=\"60000\"} 3\n") && text.contains("\(bucket)le=\"+Inf\"} 3\n"))
        }
    }

    @Test func aServerThatIsToldSoCountsNoRequests() async throws {
        try await withServer(try configuration(["ROOST_METRICS": "off"])) { serving in
            _ = try await serving.predict("iris", #"{"instances":[[1,2,3,4]]}"#)
            let text = try await serving.send("GET", "/metrics").body
            #expect(!text.contains("kserve_request") && !text.contains("request_predict_seconds"))
            #expect(text.contains("roost_model_state{model_name=\"iris\",state=\"READY\"} 1\n"))
            #expect(text.contains("roost_model_loads_total{model_name=\"iris\",result=\"loaded\"} 1\n"))
        }
    }

    @Test func namesThatClientsMakeUpAreNoLabels() async throws {
        try await withServer(try configuration([:])) { serving in
            _ = try await serving.predict("made-up", "{}")
            _ = try await serving.predict("made%22up%0A", "{}")
            _ = try await serving.send("POST", "/v2/repository/models/made-up/load")
            #expect(try await serving.send("GET", "/metrics").body.contains("made") == false)
        }
    }
}
