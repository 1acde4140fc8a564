import Base
import KubeKinds
import KubeModel
import Testing

@Suite struct CustomResourceTests {
    static let definition = KubeObject([
        "metadata": ["name": "widgets.example.com"],
        "spec": [
            "group": "example.com", "scope": "Namespaced",
            "names": ["plural": "widgets", "kind": "Widget", "shortNames": ["wd"], "categories": ["all"]],
            "versions": [
                version("v1alpha1", storage: false), version("v1", storage: true), version("v1beta1", storage: false),
                ["name": "v0", "served": false, "storage": false],
            ],
        ],
    ])

    private static func version(_ name: String, storage: Bool) -> JSON {
        [
            "name": .string(name), "served": true, "storage": .bool(storage),
            "subresources": [
                "status": [:],
                "scale": ["specReplicasPath": ".spec.replicas", "statusReplicasPath": ".status.replicas"],
            ],
            "additionalPrinterColumns": [
                ["name": "Ready", "type": "string", "jsonPath": ".status.conditions[?(@.type=='Ready')].status"],
                ["name": "Count", "type": "integer", "jsonPath": ".spec.count"],
                ["name": "Hosts", "type": "string", "jsonPath": ".spec.hosts"],
                ["name": "Since", "type": "date", "jsonPath": ".metadata.creationTimestamp", "priority": 1],
            ],
            "schema": ["openAPIV3Schema": ["type": "object", "x-kubernetes-preserve-unknown-fields": true]],
        ]
    }

    @Test func definitionsBecomeTypes() throws {
        let types = CustomResourceKind.types(of: Self.definition)
        #expect(types.map(\.id.version) == ["v1", "v1beta1", "v1alpha1"])
        let type = try #require(types.first)
        #expect(type.id == ResourceID("example.com", "v1", "widgets"))
        #expect(type.kind == "Widget" && type.singular == "widget" && type.shortNames == ["wd"])
        #expect(type.isCustom && type.hasStatus && type.isNamespaced)
        #expect(type.scale?.specReplicas == ["spec", "replicas"])
        #expect(type.conversion == nil)
        #expect(types[1].conversion?.stored == type.id)
        #expect(types[1].conversion?.fromStored(KubeObject(["apiVersion": "x"])).apiVersion == "example.com/v1beta1")
    }

    @Test func columnsShowWhatTheirPathsLeadTo() throws {
        let type = try #require(CustomResourceKind.types(of: Self.definition).first)
        let now = try #require(WallTime(rfc3339: "2026-11-21T01:00:00Z"))
        #expect(type.columns.map(\.name) == ["Name", "Ready", "Count", "Hosts", "Since"])
        #expect(type.columns.map(\.priority) == [0, 0, 0, 0, 1])
        let full = KubeObject([
            "metadata": ["name": "w", "creationTimestamp": "2026-11-21T00:59:53Z"],
            "spec": ["count": 3, "hosts": ["a", "b"]],
            "status": ["conditions": [["type": "Ready", "status": "True"]]],
        ])
        #expect(type.row(full, now) == ["w", "True", 3, "[\"a\",\"b\"]", "7s"])
        #expect(type.row(KubeObject(["metadata": ["name": "w"]]), now) == ["w", .null, .null, .null, .null])
    }

    struct Fault: CustomTestStringConvertible, Sendable {
        let path: [String]
        let value: JSON
        let fault: String
        var testDescription: String { fault }

        init(_ path: String, _ value: JSON, _ fault: String) {
            self.path = path.split(separator: ".").map(String.init)
            self.value = value
            self.fault = fault
        }
    }

    @Test(arguments: [
        Fault(
            "metadata.name",
            "x.y",
            #"metadata.name: Invalid value: "x.y": must be spec.names.plural+"."+spec.group"#
        ),
        Fault(
            "spec.scope",
            "World",
            #"spec.scope: Unsupported value: "World": supported values: "Cluster", "Namespaced""#
        ),
        Fault("spec.names.kind", .null, "spec.names.kind: Required value"),
        Fault(
            "spec.versions",
            [],
            "spec.versions: Invalid value: []: must have exactly one version marked as storage version"
        ),
        Fault(
            "spec.versions",
            [["name": "v1", "storage": true]],
            "spec.versions[0].schema.openAPIV3Schema: Required value: schemas are required"
        ),
    ])
    func badDefinitionsAreRefused(_ c: Fault) throws {
        let type = try kind(atPath: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
        var definition = Self.definition
        definition.json[path: ["spec", "versions"]] = [Self.version("v1", storage: true)]
        definition.json[path: c.path] = c.value
        type.applyDefaults(&definition)
        #expect(type.validate(definition, nil).map(\.description).contains(c.fault))
    }

    @Test func theDefinitionsOfTheGatewayAPIAreValid() throws {
        let type = try kind(atPath: "/apis/apiextensions.k8s.io/v1/customresourcedefinitions")
        #expect(GatewayKinds.customResourceDefinitions.count == 5)
        for definition in GatewayKinds.customResourceDefinitions {
            var definition = definition
            type.applyDefaults(&definition)
            #expect(type.validate(definition, nil) == [], "\(definition.name)")
        }
    }

    @Test func routesAreDefaultedAndRefusedAsRecorded() throws {
        let type = try kind(atPath: "/apis/gateway.networking.k8s.io/v1/httproutes")
        for line in try Golden.lines("httproutes") {
            let route = admitted(line["body"], type)
            let faults = type.validate(route, nil)
            let name = line["name"].text
            if line["status"] == 201 {
                #expect(faults == [], "\(name)")
                #expect(route.spec == line["response"]["spec"], "\(name)")
            } else {
                let status = APIStatus.invalid(kind: type.kind, group: type.id.group, name: route.name, faults)
                #expect(status.message == line["response"]["message"].string, "\(name)")
            }
        }
    }
}
