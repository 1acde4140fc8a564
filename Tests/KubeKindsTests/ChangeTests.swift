import Base
import KubeKinds
import KubeModel
import Testing

@Suite struct ChangeTests {
    /// A recorded object, a change of it, and the beginning of what is said of that; empty where it is allowed.
    struct Case: CustomTestStringConvertible, Sendable {
        let object: String
        let path: [String]
        let value: JSON
        let fault: String
        var testDescription: String { "\(object): \(path.joined(separator: "."))" }

        init(_ object: String, _ path: String, _ value: JSON, _ fault: String = "") {
            self.object = object
            self.path = path.split(separator: "/").map(String.init)
            self.value = value
            self.fault = fault
        }
    }

    @Test(arguments: [
        Case("deployment-minimal", "spec/replicas", 5),
        Case(
            "deployment-minimal",
            "spec/selector/matchLabels",
            ["z": "z"],
            "spec.template.metadata.labels: Invalid value: {\"a\":\"b\"}: `selector` does not match template `labels`"
        ),
        Case("deployment-minimal", "spec/strategy", ["type": "Recreate"]),
        Case(
            "deployment-minimal",
            "spec/strategy/type",
            "Recreate",
            "spec.strategy.rollingUpdate: Forbidden: may not be specified when strategy `type` is 'Recreate'"
        ),
        Case(
            "deployment-minimal",
            "spec/progressDeadlineSeconds",
            0,
            "spec.progressDeadlineSeconds: Invalid value: 0: must be greater than minReadySeconds"
        ),
        Case(
            "deployment-minimal",
            "spec/template/spec/containers",
            [
                ["name": "c", "image": "i", "volumeMounts": [["name": "v", "mountPath": "/v"]]],
                ["name": "c", "image": "i"],
            ],
            "spec.template.spec.containers[0].volumeMounts[0].name: Not found: \"v\""
        ),
        Case("pod-minimal", "spec/activeDeadlineSeconds", 3),
        Case("pod-minimal", "spec/nodeName", "node-1"),
        Case("pod-minimal", "metadata/labels", ["a": "b"]),
        Case("pod-minimal", "spec/tolerations", [], "spec: Forbidden: pod updates may not change fields other than"),
        Case(
            "pod-minimal",
            "spec/restartPolicy",
            "Never",
            "spec: Forbidden: pod updates may not change fields other than"
        ),
        Case("pvc-minimal", "spec/volumeName", "pv"),
        Case("pvc-minimal", "spec/accessModes", ["ReadWriteMany"], "spec: Forbidden: spec is immutable after creation"),
        Case("pv-minimal", "spec/persistentVolumeReclaimPolicy", "Delete"),
        Case(
            "pv-minimal",
            "spec/hostPath/path",
            "/other",
            "spec.persistentvolumesource: Forbidden: spec.persistentvolumesource is immutable after creation"
        ),
        Case("job-minimal", "spec/parallelism", 2),
        Case("job-minimal", "spec/completions", 2, "spec.completions: Invalid value: 2: field is immutable"),
        Case("service-0", "spec/selector", ["a": "b"]),
        Case(
            "service-0",
            "spec/clusterIP",
            "10.0.0.9",
            "spec.clusterIPs[0]: Invalid value: \"10.0.0.9\": may not change"
        ),
        Case("secret-stringData", "type", "other", "type: Invalid value: \"other\": field is immutable"),
        Case(
            "secret-stringData",
            "data",
            ["a b": "eA=="],
            "data[a b]: Invalid value: \"a b\": a valid config key must"
        ),
    ])
    func changesAreJudged(_ c: Case) throws {
        let line = try #require(try Golden.lines("defaulting").first { $0["name"].string == c.object })
        let type = try kind(atPath: line["path"].string ?? "")
        let old = KubeObject(line["after"].withoutNulls)
        var new = old
        new.json[path: c.path] = c.value
        let faults = type.validate(new, old).map(\.description)
        if c.fault.isEmpty {
            #expect(faults == [])
        } else {
            #expect(faults.first?.hasPrefix(c.fault) == true, "\(faults)")
        }
    }

    @Test func sealedDataStays() throws {
        let type = try kind(atPath: "/api/v1/configmaps")
        let old = KubeObject(["metadata": ["name": "c", "namespace": "n"], "immutable": true, "data": ["a": "b"]])
        var new = old
        new["data"] = ["a": "c"]
        new["immutable"] = .null
        #expect(type.validate(new, old).map(\.field) == ["immutable", "data"])
    }

    @Test func servicesKeepTheirAddressAndLoseWhatTheirTypeHasNot() throws {
        let type = try kind(atPath: "/api/v1/services")
        let line = try #require(try Golden.lines("defaulting").first { $0["name"] == "service-1" })
        let old = KubeObject(line["after"])

        var replaced = KubeObject(line["before"])
        type.applyDefaults(&replaced)
        type.prepareForUpdate(&replaced, old)
        #expect(replaced.spec == old.spec)

        var plain = old
        plain.spec["type"] = "ClusterIP"
        type.applyDefaults(&plain)
        type.prepareForUpdate(&plain, old)
        #expect(plain.spec["ports"][0]["nodePort"] == .null)
        #expect(plain.spec["externalTrafficPolicy"] == .null)
        #expect(plain.spec["clusterIP"] == old.spec["clusterIP"])

        var external = old
        external.spec["type"] = "ExternalName"
        external.spec["externalName"] = "a.b"
        type.applyDefaults(&external)
        type.prepareForUpdate(&external, old)
        #expect(external.spec["clusterIP"] == .null && external.spec["clusterIPs"] == .null)
    }

    @Test func eventsAreTheSameUnderBothNames() throws {
        let type = try kind(atPath: "/apis/events.k8s.io/v1/events")
        let conversion = try #require(type.conversion)
        let stored = KubeObject([
            "apiVersion": "v1", "kind": "Event", "metadata": ["name": "e"],
            "involvedObject": ["kind": "Pod", "name": "p"],
            "message": "m", "count": 2, "reportingComponent": "c", "type": "Normal",
        ])
        let view = conversion.fromStored(stored)
        #expect(view["regarding"] == stored["involvedObject"] && view["note"] == "m" && view["message"] == .null)
        #expect(conversion.toStored(view) == stored)
        let now = WallTime(seconds: 0)
        let core = try kind(atPath: "/api/v1/events")
        #expect(type.row(view, now) == core.row(stored, now))
    }
}
