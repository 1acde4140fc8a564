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
        let tokens = (json["spec"]["volumes"].array ?? []).filter { $0["projected"] == .null }
        json["spec"]["volumes"] = tokens.isEmpty ? .null : .array(tokens)
        json["spec"]["containers"] = .array(
            (json["spec"]["containers"].array ?? []).map { container in
                var container = container
                container["volumeMounts"] = .null
                return container
            }
        )
        return json
    }
}
