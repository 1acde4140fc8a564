import Base
import KServeModel
import KubeModel
import Testing

@Suite struct DataTests {
    @Test func definitionsNameEveryKind() throws {
        let names = try KServeData.customResourceDefinitions().map(\.name)
        #expect(
            names == [
                "inferenceservices.serving.kserve.io", "servingruntimes.serving.kserve.io",
                "clusterservingruntimes.serving.kserve.io", "trainedmodels.serving.kserve.io",
                "inferencegraphs.serving.kserve.io", "clusterstoragecontainers.serving.kserve.io",
                "experiments.roost.dev", "driftmonitors.roost.dev",
            ]
        )
    }

    @Test func shippedRuntimesAreValidTogether() throws {
        let runtimes = try shipped("ClusterServingRuntime")
        #expect(runtimes.count == 16)
        for runtime in runtimes {
            try KServeAdmission.validateServingRuntime(runtime, old: nil, others: runtimes)
        }
    }

    @Test func shippedConfiguration() throws {
        let configuration = try KServeModelTests.shippedConfiguration()
        #expect(configuration.defaultDeploymentMode == .standard)
        #expect(configuration.ingress.usesGatewayAPI)
        #expect(configuration.ingress.domainTemplate == "{{ .Name }}.{{ .Namespace }}.{{ .IngressDomain }}")
    }

    @Test(arguments: [
        ("ingress", "{", "not valid JSON"), ("ingress", "[]", "must be an object, was array"),
        ("ingress", #"{"kserveIngressGateway": "x"}"#, "must be <namespace>/<name>"),
        ("ingress", #"{"enableGatewayApi": true}"#, "kserveIngressGateway is required"),
        ("ingress", #"{"urlScheme": 1}"#, "field \"urlScheme\" must be a string, was number"),
        ("storageInitializer", #"{"mirrors": {"gs://a": 1}}"#, "field \"mirrors\" must be an object of folders"),
        ("storageInitializer", #"{"mirrors": {"gs://a": "b"}}"#, "\"gs://a\" must be an absolute path, was \"b\""),
        ("deploy", #"{"defaultDeploymentMode": "Magic"}"#, "invalid deployment mode \"Magic\""),
    ])
    func badConfigurationIsTold(_ key: String, _ text: String, _ what: String) {
        var map = KubeObject(.configMaps, kind: "ConfigMap", namespace: "kserve", name: "inferenceservice-config")
        map["data"] = [key: .string(text)]
        let defect = #expect(throws: ConfigurationDefect.self) { try PlatformConfiguration(configMap: map) }
        #expect(defect?.key == key && defect?.what.contains(what) == true)
    }

    @Test(arguments: [
        ("gs://bucket/models/iris", "/srv/bucket/models/iris"), ("gs://bucket/", "/srv/bucket"),
        ("gs://bucket/large/one", "/mnt/large/one"), ("gs://bucket2/models", nil), ("s3://bucket/models", nil),
        ("gs://bucket/../etc", nil), ("gs://bucket/a/..b", "/srv/bucket/a/..b"),
    ])
    func mirroredStorageIsAFolder(_ uri: String, _ path: String?) {
        let mirrors = StorageMirrors(["gs://bucket/": "/srv/bucket", "gs://bucket/large": "/mnt/large/"])
        #expect(mirrors.path(of: uri) == path)
    }
}
