import Base
import GJSON
import Testing

/// What gjson 1.18 itself answers, recorded.
struct GJSONTests {
    @Test func everyRecordedPathIsAnsweredAsByGJSON() throws {
        try Golden.paths().replay { row in
            let result = try GJSONPath(row.path).find(in: Array(row.document.utf8))
            let told: JSON = [
                "exists": .bool(result.exists), "type": .string(result.kind.rawValue),
                "raw": .string(String(decoding: result.raw, as: UTF8.self)), "string": .string(result.string),
                "bool": .bool(result.bool), "int": .int(result.integer),
            ]
            guard told == row.answer, result.double == row.double else {
                return "\(row.path) in \(row.document) is \(told) and \(result.double), recorded is \(row.answer)"
            }
            return nil
        }
    }

    @Test func validityIsToldAsByGJSON() throws {
        try Golden.validity().replay { row in
            JSONText.isValid(Array(row.document.utf8)) == row.answer.bool ? nil : "\(row.document) is \(row.answer)"
        }
    }

    /// What the recorded cases leave out.
    @Test(arguments: [
        ("{\"a\":[1,2,{\"b\":[3]}]}", "a.@flatten:{\"deep\":true}", "[1,2,{\"b\":[3]}]"),
        ("[[[1]],[2,[3,[4]]]]", "@flatten:{\"deep\":true}", "[1,2,3,4]"),
        ("{\"b\":1,\"a\":[1,[2]]}", "@pretty:{\"sortKeys\":true}", "{\n  \"a\": [1, [2]],\n  \"b\": 1\n}\n"),
        (
            "{\"b\":{\"c\":1}}", "@pretty:{\"indent\":\"\\t\",\"prefix\":\" \"}",
            "{\n \t\"b\": {\n \t\t\"c\": 1\n \t}\n }\n"
        ),
        ("[{\"a\":1,\"b\":2},{\"a\":3}]", "@join", "{\"a\":3,\"b\":2}"),
        ("[{\"a\":1,\"b\":2},{\"a\":3}]", "@join:{\"preserve\":true}", "{\"a\":1,\"b\":2,\"a\":3}"),
        ("{\"id\":[1,2],\"v\":[\"x\",\"y\"]}", "@group", "[{\"id\":1,\"v\":\"x\"},{\"id\":2,\"v\":\"y\"}]"),
        ("{\"a\":1}", "!true", "true"),
        ("{\"a\":[{\"b\":1},{\"b\":2}]}", "a.#.{\"c\":b}|1.c", "[]"),
        ("{\"a\":[{\"b\":1},{\"b\":2}]}", "a.#.{b}|1.b", "2"),
        ("{\"a\":\"x*y\",\"b\":\"xzy\"}", "{a,b}.x", ""),
        ("[\"x*y\",\"xzy\"]", "#(%\"x\\\\*y\")#", "[\"x*y\"]"),
        ("[\"ab\",\"a\",\"cab\"]", "#(%\"?*b\")#", "[\"ab\",\"cab\"]"),
        ("{\"a\":\"\\ud83d\\ude00\\u00e9\"}", "a.@fromstr.x", ""),
    ])
    func pathsLeadTo(_ document: String, _ path: String, _ raw: String) throws {
        let result = try GJSONPath(path).find(in: Array(document.utf8))
        #expect(String(decoding: result.raw, as: UTF8.self) == raw)
    }

    @Test func searchesAreBounded() throws {
        #expect(throws: GJSONFault.pathTooLong(bytes: 4097)) { try GJSONPath(String(repeating: "a", count: 4097)) }
        let deep = Array((String(repeating: "[", count: 600) + String(repeating: "]", count: 600)).utf8)
        #expect(JSONText.isValid(deep))
        #expect(throws: GJSONFault.tooDeep) { try GJSONPath("@dig:x").find(in: deep) }
        let zeros = String(repeating: "0.", count: 1000)
        #expect(throws: GJSONFault.tooDeep) { try GJSONPath(zeros).find(in: deep) }
        let doubling = Array(repeating: "[@this,@this]", count: 40).joined(separator: "|")
        #expect(throws: GJSONFault.tooMuchWork) { try GJSONPath(doubling).find(in: Array("[1]".utf8)) }
        let stars = "*" + String(repeating: "a", count: 1000) + "c*"
        let text = "{\"" + String(repeating: "a", count: 100_000) + "b\":1}"
        #expect(throws: GJSONFault.tooMuchWork) { try GJSONPath(stars).find(in: Array(text.utf8)) }
    }
}
