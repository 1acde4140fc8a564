import Base
import KubeKinds
import KubeModel
import Testing

@Suite struct DefaultsTests {
    @Test func newObjectsAreCompletedAsRecorded() throws {
        for line in try Golden.lines("defaulting") {
            let type = try kind(atPath: line["path"].string ?? "")
            let recorded = KubeObject(line["after"].withoutNulls)
            let completed = admitted(line["before"], type, like: recorded)
            #expect(comparable(completed) == comparable(recorded), "\(line["name"].text)")
        }
    }

    @Test func recordedObjectsFitTheirSchemas() throws {
        for line in try Golden.lines("defaulting") {
            let type = try kind(atPath: line["path"].string ?? "")
            let decoded = type.schema.decode(line["after"])
            #expect(decoded.unknownFields == [] && decoded.mismatch == nil, "\(line["name"].text)")
            #expect(decoded.value == line["after"].withoutNulls, "\(line["name"].text)")
        }
    }

    @Test func everyKindHasASchema() {
        for type in BuiltInKinds.all where type.id != .customResourceDefinitions {
            let decoded = type.schema.decode(["metadata": ["name": "x"], "noSuchField": 1])
            #expect(decoded.unknownFields == ["noSuchField"], "\(type.id)")
        }
    }

    @Test func defaultsAreThereOnlyOnce() throws {
        for line in try Golden.lines("defaulting") {
            let type = try kind(atPath: line["path"].string ?? "")
            guard type.conversion == nil else { continue }
            let completed = admitted(line["before"], type, like: KubeObject(line["after"]))
            var again = completed
            type.applyDefaults(&again)
            #expect(again == completed, "\(line["name"].text)")
        }
    }

    /// Leaves out what only a server with state can say: versions, addresses, tokens, completed names.
    private func comparable(_ object: KubeObject) -> JSON {
        var json = object.json.withoutNulls
        for member in ["resourceVersion", "generation"] { json["metadata"][member] = .null }
        if object.metadata["generateName"] != .null { json["metadata"]["name"] = .null }
        if object.kind == "Service", json["spec"]["clusterIP"] != "None" {
            json["spec"]["clusterIP"] = .null
            json["spec"]["clusterIPs"] = .null
        }
        for index in (json["spec"]["ports"].array ?? []).indices {
            var ports = json["spec"]["ports"].array ?? []
            ports[index]["nodePort"] = .null
            json["spec"]["ports"] = .array(ports)
        }
        guard object.kind == "Pod" else { return json }
        json["spec"]["volumes"] = .array(
            (json["spec"]["volumes"].array ?? []).map { volume in
                var volume = withoutSuffix(volume)
                // The recording cluster has one source of its own.
                let sources = volume["projected"]["sources"].array?.filter {
                    $0["configMap"]["name"].string != "openshift-service-ca.crt"
                }
                if let sources { volume["projected"]["sources"] = .array(sources) }
                return volume
            }
        )
        json["spec"]["containers"] = .array(
            (json["spec"]["containers"].array ?? []).map { container in
                var container = container
                container["volumeMounts"] = .array((container["volumeMounts"].array ?? []).map(withoutSuffix))
                return container
            }
        )
        return json
    }

    /// A volume of tokens is named by chance.
    private func withoutSuffix(_ named: JSON) -> JSON {
        guard named["name"].string?.hasPrefix("kube-api-access-") == true else { return named }
        var named = named
        named["name"] = "kube-api-access"
        return named
    }
}
