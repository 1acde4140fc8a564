import Base
import KServeModel
import KubeModel
import Testing

/// What the definitions' schemas take and what they refuse.
@Suite struct SchemaTests {
    private func schema(_ kind: String) throws -> Schema {
        let definition = try KServeData.customResourceDefinitions().first { $0.spec["names"]["kind"].string == kind }
        return Schema(openAPI: try #require(definition).spec["versions"][0]["schema"]["openAPIV3Schema"])
    }

    private func service(_ spec: String) throws -> JSON {
        let head: JSON = [
            "apiVersion": "serving.kserve.io/v1beta1", "kind": "InferenceService", "metadata": ["name": "a"],
        ]
        var object = head
        object["spec"] = try YAML.parse(spec).first ?? .null
        return object
    }

    /// The seeds' manifests and upstream's own.
    @Test(arguments: [
        """
        predictor:
          componentSpecs:
          - {name: v1, sklearn: {storageUri: 'file:///a'}}
          - {name: v2, containers: [{name: c, image: mine, env: [{name: A, value: b}]}]}
          traffic: [{tag: v1, percent: 70}, {tag: v2, percent: 30}]
        """,
        "{predictor: {sklearn: {storageUri: a}}, traffic: [{tag: v1, percent: 100}]}",
        """
        predictor:
          metrics: {enabled: true}
          tracing: {enabled: true, samplingRate: 1.0}
          logging: {accessLog: true}
          sklearn: {storageUri: a}
        """,
        """
        predictor:
          minReplicas: 1
          maxReplicas: 10
          containerConcurrency: 100
          targetUtilizationPercentage: 70
          metrics: cpu
          target: 50
          sklearn: {storageUri: a, resources: {requests: {cpu: 100m, memory: 128Mi}, limits: {cpu: 200m}}}
        """,
        """
        predictor:
          serviceAccountName: sa
          nodeSelector: {a: b}
          tolerations: [{key: a, operator: Exists}]
          model:
            modelFormat: {name: sklearn, version: "1"}
            protocolVersion: v2
            args: [--workers=1]
            readinessProbe: {httpGet: {path: /x, port: 8080}}
        transformer: {minReplicas: 0, containers: [{name: kserve-container, image: t}]}
        canary: [{trafficPercent: 10, predictor: {name: two, sklearn: {storageUri: b}}}]
        """,
    ])
    func takes(_ spec: String) throws {
        let object = try service(spec)
        let decoded = try schema("InferenceService").decode(object)
        #expect(decoded.unknownFields.isEmpty)
        #expect(decoded.value == object)
        #expect(try schema("InferenceService").faults(in: object).isEmpty)
    }

    @Test(arguments: [
        ("predictor: {sklearnn: {}}", "spec.predictor.sklearnn"),
        ("predictor: {sklearn: {storageUrl: a}}", "spec.predictor.sklearn.storageUrl"),
        ("predictor: {sklearn: {resources: {request: {cpu: 1}}}}", "spec.predictor.sklearn.resources.request"),
        (
            "{predictor: {sklearn: {}}, transformer: {containers: [{imagee: a}]}}",
            "spec.transformer.containers[0].imagee"
        ),
        ("{predictor: {sklearn: {}}, predictors: {}}", "spec.predictors"),
        ("predictor: {logger: {urls: a}, sklearn: {}}", "spec.predictor.logger.urls"),
    ])
    func namesUnknownFields(_ spec: String, _ field: String) throws {
        #expect(try schema("InferenceService").decode(service(spec)).unknownFields == [field])
    }

    @Test(arguments: [
        ("{}", "spec.predictor"),
        ("predictor: {minReplicas: one, sklearn: {}}", "spec.predictor.minReplicas"),
        ("predictor: {scaleMetric: speed, sklearn: {}}", "spec.predictor.scaleMetric"),
        ("predictor: {name: A, sklearn: {}}", "spec.predictor.name"),
        ("predictor: {storageUris: [{mountPath: /a}]}", "spec.predictor.storageUris[0].uri"),
        ("predictor: {sklearn: {storageUri: 7}}", "spec.predictor.sklearn.storageUri"),
    ])
    func namesFaults(_ spec: String, _ field: String) throws {
        let faults = try schema("InferenceService").faults(in: service(spec))
        #expect(faults.first?.field == field, "\(faults)")
    }

    @Test func shippedObjectsFitTheirSchemas() throws {
        for object in try KServeData.objects() where object.apiVersion.hasPrefix("serving.kserve.io/") {
            let schema = try schema(object.kind)
            #expect(schema.decode(object.json).unknownFields.isEmpty, "\(object.name)")
            #expect(schema.faults(in: object.json).isEmpty, "\(object.name)")
        }
    }
}
