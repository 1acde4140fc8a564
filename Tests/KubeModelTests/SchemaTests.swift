import Base
import CData
import KubeModel
import Testing

@Suite struct SchemaTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let kind: String
        let object: JSON
        var unknown: [String] = []
        var mismatch: String?
        var testDescription: String { mismatch ?? unknown.joined(separator: ",") }
    }

    private static let pod: JSON = ["containers": [["name": "c", "image": "i", "imagee": "x"]], "tolerationz": []]

    @Test(arguments: [
        Case(
            kind: "apps.Deployment",
            object: ["spec": ["replicas": "three"]],
            mismatch: "json: cannot unmarshal string into Go struct field DeploymentSpec.spec.replicas of type int32"
        ),
        Case(
            kind: "core.ConfigMap",
            object: ["apiVersion": "v1", "kind": "ConfigMap", "metadata": ["name": "s1", "foo": 1], "bar": 2],
            unknown: ["metadata.foo", "bar"]
        ),
        Case(
            kind: "apps.Deployment",
            object: ["spec": ["template": ["spec": pod]]],
            unknown: ["spec.template.spec.containers[0].imagee", "spec.template.spec.tolerationz"]
        ),
        Case(
            kind: "core.Pod",
            object: ["spec": ["containers": [["resources": ["requests": ["cpu": "2x"]]]]]],
            mismatch: "quantities must match the regular expression '^([+-]?[0-9.]+)([eEinumkKMGTP]*[-+]?[0-9]*)$'"
        ),
        Case(kind: "core.Secret", object: ["data": ["a": "!!"]], mismatch: "illegal base64 data at input byte 0"),
        Case(
            kind: "core.ConfigMap",
            object: ["data": ["a": 1]],
            mismatch: "json: cannot unmarshal number into Go struct field ConfigMap.data of type string"
        ),
        Case(
            kind: "core.Pod",
            object: ["spec": ["volumes": [["name": "v", "emptyDir": ["sizeLimit": "1Gi"]]], "containers": .null]]
        ),
        Case(
            kind: "core.Pod",
            object: ["spec": "x"],
            mismatch: "json: cannot unmarshal string into Go struct field Pod.spec of type v1.PodSpec"
        ),
        Case(
            kind: "core.Pod",
            object: [],
            mismatch: "json: cannot unmarshal array into Go value of type v1.Pod"
        ),
        Case(
            kind: "core.Service",
            object: ["spec": ["ports": [["port": 80, "targetPort": "http"], ["port": 3_000_000_000]]]],
            mismatch:
                "json: cannot unmarshal number 3000000000 into Go struct field ServicePort.spec.ports.port of type int32"
        ),
    ])
    func builtInKindsAreRead(_ c: Case) {
        let decoded = Schema.message(c.kind).decode(c.object)
        #expect(decoded.mismatch == c.mismatch)
        if c.mismatch == nil { #expect(decoded.unknownFields == c.unknown) }
    }

    @Test func whatBuiltInKindsHoldIsCanonical() {
        let object: JSON = [
            "metadata": ["creationTimestamp": .null, "deletionTimestamp": "2026-01-01T02:00:00+02:00"],
            "spec": ["containers": [["resources": ["limits": ["cpu": 1, "memory": "1024Mi", "x": "0.0001"]]]]],
        ]
        let value = Schema.message("core.Pod").decode(object).value
        #expect(value["metadata"] == ["deletionTimestamp": "2026-01-01T00:00:00Z"])
        let limits = value["spec"]["containers"][0]["resources"]["limits"]
        #expect(limits == ["cpu": "1", "memory": "1Gi", "x": "1m"])
    }

    @Test func whatIsTheSameIsNotReadAgain() {
        let pod = Schema.message("core.Pod")
        let known: JSON = [
            "metadata": ["name": "p"], "spec": ["nodeName": "n", "kept": "as it was"], "status": .emptyObject,
        ]
        var changed = known
        changed["status"] = ["phase": "Running", "new": 1]
        let decoded = pod.decode(changed, over: known)
        #expect(decoded.value == ["metadata": ["name": "p"], "spec": known["spec"], "status": ["phase": "Running"]])
        #expect(decoded.unknownFields == ["status.new"])
        #expect(pod.decode(known).unknownFields == ["spec.kept"])
        changed["status"] = ["phase": 1]
        #expect(pod.decode(changed, over: known).mismatch == pod.decode(changed).mismatch)
    }

    /// The schemas that the program serves, by kind.
    private static let schemas: [String: Schema] = {
        let kserve = UnsafeRawBufferPointer(start: cdata_kserve_crds_start_address(), count: cdata_kserve_crds_size())
        let gateway = UnsafeRawBufferPointer(
            start: cdata_gateway_crds_start_address(),
            count: cdata_gateway_crds_size()
        )
        let definitions = [kserve, gateway].flatMap { (try? YAML.parse(Array($0))) ?? [] }.flatMap {
            $0["items"].array ?? [$0]
        }
        return definitions.reduce(into: [:]) { schemas, definition in
            let version = definition["spec"]["versions"][0]
            schemas[definition["spec"]["names"]["kind"].string ?? ""] =
                Schema(openAPI: version["schema"]["openAPIV3Schema"])
        }
    }()

    @Test func customKindsAreCheckedInKubernetesWords() throws {
        for c in try recorded("crd-validation") {
            let schema = try #require(Self.schemas[c["body"]["kind"].string ?? ""])
            let name: Comment = "\(c["name"].text)"
            let decoded = schema.decode(c["body"])
            if let message = c["message"].string {
                let words = decoded.unknownFields.map { "unknown field \"\($0)\"" }.joined(separator: ", ")
                #expect(words == message, name)
                continue
            }
            var object = decoded.value
            schema.applyDefaults(to: &object)
            let causes = schema.faults(in: object).map { "\($0.field) \($0.kind.rawValue) \($0.message)" }
            let expected = (c["causes"].array ?? []).map { $0.strings.joined(separator: " ") }
            #expect(causes.sorted() == expected.sorted(), name)
            if c["causes"].isNull { #expect(object["spec"].text == c["spec"].text, name) }
        }
    }

    @Test func nodesOfBuiltInMessagesMergeWithTheirOwnProperties() {
        let schema = Schema(openAPI: [
            "type": "object",
            "properties": [
                "spec": [
                    "type": "object", "x-roost-message": "core.PodSpec", "x-kubernetes-preserve-unknown-fields": true,
                    "properties": ["minReplicas": ["type": "integer", "minimum": 0, "default": 1]],
                ]
            ],
        ])
        let decoded = schema.decode(["spec": ["nodeSelector": ["a": "b"], "nodeSelectr": [], "minReplicas": .null]])
        #expect(decoded.unknownFields == ["spec.nodeSelectr"])
        var object = decoded.value
        schema.applyDefaults(to: &object)
        #expect(object == ["spec": ["nodeSelector": ["a": "b"], "minReplicas": 1]])
        object["spec"]["volumes"] = [["emptyDir": []]]
        let faults = schema.faults(in: object).map(\.description)
        #expect(
            faults == [
                "spec.volumes[0].name: Required value",
                "spec.volumes[0].emptyDir: Invalid value: \"array\": spec.volumes[0].emptyDir in body must be of type object: \"array\"",
            ]
        )
    }

    @Test func whatASchemaKeepsIsKept() {
        let schema = Schema(openAPI: [
            "type": "object",
            "properties": [
                "spec": [
                    "type": "object",
                    "properties": [
                        "free": ["type": "object", "x-kubernetes-preserve-unknown-fields": true],
                        "map": ["type": "object", "additionalProperties": ["type": "string"]],
                        "nothing": ["type": "string", "nullable": true],
                        "child": ["type": "object", "x-kubernetes-embedded-resource": true],
                    ],
                ]
            ],
        ])
        let spec: JSON = [
            "free": ["a": ["b": .null]], "map": ["k": "v"], "nothing": .null, "child": ["kind": "K", "metadata": [:]],
        ]
        let decoded = schema.decode(["metadata": ["name": "x"], "spec": spec])
        #expect(decoded.value["spec"] == spec && decoded.unknownFields == [] && schema.faults(in: decoded.value) == [])
    }

    @Test func listsKnowHowApplySeesThem() {
        let deployment = Schema.message("apps.Deployment")
        let containers = ["spec", "template", "spec", "containers"]
        #expect(deployment.listRule(at: containers) == .map(keys: ["name"]))
        #expect(deployment.listRule(at: containers + ["ports"]) == .map(keys: ["containerPort", "protocol"]))
        #expect(deployment.listRule(at: containers + ["args"]) == .atomic)
        #expect(deployment.listRule(at: ["metadata", "finalizers"]) == .set)
        #expect(deployment.isAtomic(at: ["spec", "selector"]))
    }

    @Test func patternsThatRunAwayDoNotMatch() throws {
        let pattern = try #require(Pattern("^(a+)+$"))
        #expect(pattern.matches("aaa") && !pattern.matches(String(repeating: "a", count: 64) + "b"))
        #expect(Pattern("(") == nil)
    }
}
