import Base
import KubeModel
import Scaling
import Serverless
import Testing

@Suite struct AdmissionTests {
    struct Case: CustomTestStringConvertible {
        let testDescription: String
        let object: KubeObject
        let old: KubeObject?
        /// What is told after `validation failed: `; nil where the write is right.
        let refusal: String?

        init(_ name: String, _ object: KubeObject, old: KubeObject? = nil, _ refusal: String?) {
            testDescription = name
            self.object = object
            self.old = old
            self.refusal = refusal
        }
    }

    private static func service(_ template: String, traffic: String = "[]", annotations: [String: String] = [:]) throws
        -> KubeObject
    {
        completed(
            try knative(
                "Service",
                "web",
                "spec: {template: {\(template)}, traffic: \(traffic)}",
                annotations: annotations
            )
        )
    }

    private static func service(traffic: String) throws -> KubeObject {
        try service("spec: {containers: [{image: a}]}", traffic: traffic)
    }

    static func cases() throws -> [Case] {
        let plain = try service("spec: {containers: [{image: a}]}")
        let named = try service("metadata: {name: web-a}, spec: {containers: [{image: a}]}")
        let revision = completed(try knative("Revision", "web-a", "spec: {containers: [{image: a}]}"))
        var changed = revision
        changed.spec["timeoutSeconds"] = 10
        return [
            Case("plain", plain, nil),
            Case("no containers", try service("spec: {}"), "missing field(s): spec.template.spec.containers"),
            Case(
                "no image",
                try service("spec: {containers: [{name: c}]}"),
                "missing field(s): spec.template.spec.containers[0].image"
            ),
            Case(
                "timeout",
                try service("spec: {timeoutSeconds: 601, containers: [{image: a}]}"),
                "expected 0 <= 601 <= 600: spec.template.spec.timeoutSeconds"
            ),
            Case(
                "concurrency",
                try service("spec: {containerConcurrency: 1001, containers: [{image: a}]}"),
                "expected 0 <= 1001 <= 1000: spec.template.spec.containerConcurrency"
            ),
            Case(
                "reserved variable",
                try service("spec: {containers: [{image: a, env: [{name: PORT, value: '1'}]}]}"),
                "\"PORT\" is a reserved environment variable: spec.template.spec.containers[0].env[0].name"
            ),
            Case(
                "port name",
                try service("spec: {containers: [{image: a, ports: [{name: grpc, containerPort: 1}]}]}"),
                "Port name grpc is not allowed: spec.template.spec.containers[0].ports\n"
                    + "Name must be empty, or one of: 'h2c', 'http1'"
            ),
            Case(
                "scaling annotation outside of the template",
                try service("spec: {containers: [{image: a}]}", annotations: ["autoscaling.knative.dev/target": "1"]),
                "invalid key name \"autoscaling.knative.dev/target\": metadata.annotations\n"
                    + "autoscaling annotations must be put under \"spec.template.metadata.annotations\" to work"
            ),
            Case(
                "scaling annotation",
                try service(
                    "metadata: {annotations: {autoscaling.knative.dev/min-scale: x}}, spec: {containers: [{image: a}]}"
                ),
                "invalid value: x: spec.template.metadata.annotations.autoscaling.knative.dev/min-scale"
            ),
            Case(
                "rollout",
                try service(
                    "spec: {containers: [{image: a}]}",
                    annotations: ["serving.knative.dev/rollout-duration": "1500ms"]
                ),
                "rollout-duration=1500ms is not at second precision: "
                    + "metadata.annotations.serving.knative.dev/rollout-duration"
            ),
            Case(
                "revision's name without the service's",
                try service("metadata: {name: other}, spec: {containers: [{image: a}]}"),
                "invalid value: \"other\" must have prefix \"web-\": spec.template.metadata.name"
            ),
            Case("named, unchanged", named, old: named, nil),
            Case(
                "named, changed",
                try service("metadata: {name: web-a}, spec: {containers: [{image: b}]}"),
                old: named,
                "Saw the following changes without a name change (-old +new): spec.template.metadata.name\n"
                    + "{spec.containers[0].image}:\n\t-: \"a\"\n\t+: \"b\""
            ),
            Case(
                "revision changed",
                changed,
                old: revision,
                "Immutable fields changed (-old +new): spec\n{timeoutSeconds}:\n\t-: 300\n\t+: 10"
            ),
            Case(
                "sum and bounds",
                try service(traffic: "[{percent: 101}]"),
                "Traffic targets sum to 101, want 100: spec.traffic\n"
                    + "expected 0 <= 101 <= 100: spec.traffic[0].percent"
            ),
            Case("two at once", try service(traffic: "[{percent: 40, tag: a}, {revisionName: r, percent: 60}]"), nil),
            Case(
                "tag twice",
                try service(traffic: "[{percent: 40, tag: a}, {revisionName: r, percent: 60, tag: a}]"),
                "Multiple definitions for \"a\": spec.traffic[0].tag, spec.traffic[1].tag"
            ),
            Case(
                "pinned and latest",
                try service(traffic: "[{percent: 100, revisionName: r, latestRevision: true}]"),
                "may not set revisionName \"r\" when latestRevision is true: spec.traffic[0].latestRevision"
            ),
            Case(
                "a service's configuration is its own",
                try service(traffic: "[{percent: 100, configurationName: c}]"),
                "must not set the field(s): spec.traffic[0].configurationName"
            ),
            Case(
                "a route's target",
                completed(try knative("Route", "web", "spec: {traffic: [{percent: 100}]}")),
                "expected exactly one, got neither: spec.traffic[0].configurationName, spec.traffic[0].revisionName"
            ),
        ]
    }

    @Test(arguments: try cases())
    func refusesInKnativesWords(_ c: Case) {
        do throws(APIStatus) {
            try ServerlessAdmission.validate(c.object, old: c.old, ServerlessSettings())
            #expect(c.refusal == nil)
        } catch {
            let prefix =
                "admission webhook \"validation.webhook.serving.knative.dev\" denied the request: validation failed: "
            #expect(error.message == prefix + (c.refusal ?? "(nothing)"))
            #expect(error.code == 400)
        }
    }

    @Test func revisionsAreCompletedAsUpstreamDoes() throws {
        let service = completed(
            try knative(
                "Service",
                "web",
                """
                spec:
                  template:
                    spec:
                      volumes: [{name: v, emptyDir: {}}, {name: c, configMap: {name: c}}]
                      containers: [{image: a, livenessProbe: {httpGet: {path: /}}, volumeMounts: [{name: v, mountPath: /v}, {name: c, mountPath: /c}]}]
                """
            )
        )
        let expected = try #require(
            try YAML.parse(
                """
                containerConcurrency: 0
                enableServiceLinks: false
                timeoutSeconds: 300
                volumes: [{name: v, emptyDir: {}}, {name: c, configMap: {name: c}}]
                containers:
                - image: a
                  name: user-container
                  resources: {}
                  livenessProbe: {httpGet: {path: /, port: 0}}
                  readinessProbe: {tcpSocket: {port: 0}, successThreshold: 1}
                  volumeMounts: [{name: v, mountPath: /v}, {name: c, mountPath: /c, readOnly: true}]
                """
            ).first
        )
        #expect(service.spec["template"]["spec"] == expected)
        #expect(service.spec["traffic"] == [["latestRevision": true, "percent": 100]])
    }

    @Test func settingsAreReadAndFaultsNamed() throws {
        func configMap(_ name: String, _ data: [String: String]) -> KubeObject {
            var object = KubeObject(.configMaps, kind: "ConfigMap", namespace: "knative-serving", name: name)
            object.json["data"] = JSON(data)
            return object
        }
        var settings = ServerlessSettings()
        let faults = settings.read([
            configMap("config-defaults", ["revision-timeout-seconds": "60", "revision-cpu-request": "100m"]),
            configMap("config-gc", ["min-non-active-revisions": "5", "max-non-active-revisions": "2"]),
            configMap("config-network", ["rollout-duration": "90"]),
        ])
        #expect(faults.map(\.name) == ["config-gc"])
        #expect(faults.first?.fault.description == "min-non-active-revisions(5) must be <= max-non-active-revisions(2)")
        #expect(settings.defaults.timeoutSeconds == 60 && settings.defaults.requests == ["cpu": "100m"])
        #expect(settings.collection == CollectionPolicy())
        #expect(settings.rolloutSeconds == 90)
    }
}
