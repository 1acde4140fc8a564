import Base
import KubeModel
import Testing

@Suite struct PatchTests {
    @Test func mergePatchesApply() throws {
        for c in try golden("merge-patch") {
            guard let result = c["result"].string, let patch = c["patch"].string else { continue }
            let document = try JSON.parse(c["document"].string ?? "")
            #expect(MergePatch.apply(try JSON.parse(patch), to: document) == (try JSON.parse(result)), "\(patch)")
        }
    }

    @Test func mergePatchesAreMade() throws {
        for c in try golden("create-merge-patch") {
            guard let patch = c["patch"].string, c["modified"] != "null" else { continue }
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
            current: MergePatch.apply(patch, to: current)
        )
        #expect(unchanged == .emptyObject)
    }

    @Test func jsonPatchesApply() throws {
        for c in try golden("json-patch") {
            guard let text = c["patch"].string, let patch = try? JSON.parse(text) else { continue }
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
