import Base
import Controllers
import KubeModel
import Testing

@Suite struct AgentContainerTests {
    /// Requests come to the agent, which asks the server in the kubelet's stead.
    @Test func aBatcherAndALoggerAreAContainerBeforeTheServer() throws {
        let spec = """
            predictor:
              batcher: {maxBatchSize: 8, maxLatency: 50}
              logger: {url: "http://sink/", mode: request, metadataHeaders: [X-A, X-B], metadataAnnotations: [team]}
              annotations: {team: ml, roost.dev/log-sampling-percent: "10"}
              sklearn: {storageUri: /srv/iris}
            """
        let workload = try #require(try plan(try service(spec)).workloads.first)
        let agent = workload.container("agent")
        #expect(
            agent["args"].strings == [
                "--enable-batcher", "--max-batchsize", "8", "--max-latency", "50", "--log-url", "http://sink/",
                "--source-uri", "$(POD_NAME)", "--log-mode", "request", "--inference-service", "iris", "--namespace",
                "default", "--component", "predictor", "--metadata-headers", "X-A,X-B", "--metadata-annotations",
                "team=ml", "--log-sampling-percent", "10", "--logger-tls-skip-verify=false", "--component-port", "8080",
            ]
        )
        #expect(agent["image"] == "kserve/agent:latest")
        #expect(agent["readinessProbe"]["httpGet"]["path"] == "/v2/health/ready")
        let variable = try #require(agent["env"].array?.first { $0["name"] == "SERVING_READINESS_PROBE" })
        let probe = try JSON.parse(variable["value"].string ?? "")
        #expect(probe == workload.container("kserve-container")["readinessProbe"])
        #expect(workload.service.spec["ports"][0]["targetPort"] == 9081)
    }

    @Test func payloadsGoIntoFilesByUpstreamsFieldsAndAnnotations() throws {
        let spec = """
            predictor:
              logger: {url: "file:///logs", mode: all, storage: {path: v1, key: k, parameters: {format: json}}}
              annotations: {roost.dev/log-redact: "$.instances[*].name", roost.dev/log-payload-bytes: "1000"}
              sklearn: {storageUri: /srv/iris}
            """
        let words = try #require(try plan(try service(spec)).workloads.first).container("agent")["args"].strings
        #expect(
            words.starts(with: ["--log-url", "file:///logs"])
                && words.dropFirst(12).prefix(8) == [
                    "--log-store-path", "v1", "--log-store-format", "json", "--log-payload-bytes", "1000",
                    "--log-redact", "$.instances[*].name",
                ]
        )
    }

    @Test(arguments: ["s3://bucket", "gs://bucket", "abfs://box@account", "file://host/x", "logs"])
    func payloadsToOtherPlacesAreRefusedByName(_ url: String) throws {
        let spec = "predictor: {logger: {url: '\(url)', mode: all}, sklearn: {storageUri: /srv/iris}}"
        let told =
            "spec.predictor.logger.url \(url): payloads go to a URL of http or a folder (file:///DIR), object storage is "
            + "not supported"
        #expect {
            _ = try plan(try service(spec))
        } throws: { ($0 as? PlanFault)?.description == told }
    }
}
