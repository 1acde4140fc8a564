import Agent
import Base
import Net
import Testing

struct RedactionTests {
    struct Case: Sendable, CustomTestStringConvertible {
        let paths: String
        let payload: String
        /// Nil: no JSON.
        let shown: String?

        var testDescription: String { "\(paths) in \(payload)" }

        init(_ paths: String, _ payload: String, _ shown: String?) {
            self.paths = paths
            self.payload = payload
            self.shown = shown
        }
    }

    @Test(arguments: [
        Case("$.a", #"{"a":1,"b":2}"#, #"{"a":"[redacted]","b":2}"#),
        Case("$.a", #"{ "b" : {"a":1} , "a" : [1, {"x":"]}"}] }"#, #"{ "b" : {"a":1} , "a" : "[redacted]" }"#),
        Case(
            "$.instances[*].name",
            #"{"instances":[{"name":"x","age":3},{"age":4,"name":{"first":"y"}}]}"#,
            #"{"instances":[{"name":"[redacted]","age":3},{"age":4,"name":"[redacted]"}]}"#
        ),
        Case(
            "$.i[*][*]",
            "{\"i\":[[1,2],[3]],\n\"j\":[[4]]}",
            "{\"i\":[[\"[redacted]\",\"[redacted]\"],[\"[redacted]\"]],\n\"j\":[[4]]}"
        ),
        Case("$[*].a, $[*]['b c']", #"[{"a":1,"b c":2,"d":3}]"#, #"[{"a":"[redacted]","b c":"[redacted]","d":3}]"#),
        Case("$.a,$.a.b", #"{"a":{"b":1}}"#, #"{"a":"[redacted]"}"#),
        Case("$", #"[1]"#, #""[redacted]""#),
        // The same name, however it is spelt and however often.
        Case(
            "$.name",
            #"{"\u006eame":1,"n\u0061me":2,"name":3}"#,
            #"{"\u006eame":"[redacted]","n\u0061me":"[redacted]","name":"[redacted]"}"#
        ),
        Case("$.ü", #"{"\u00fc":1,"ü":2}"#, #"{"\u00fc":"[redacted]","ü":"[redacted]"}"#),
        Case("$.a", #"{"\ud800":1,"a":-0.5e+3}"#, #"{"\ud800":1,"a":"[redacted]"}"#),
        Case("$.a[*]", #"{"a":{"b":1}}"#, #"{"a":{"b":1}}"#),
        Case("$.a.b", #"{"a":[{"b":1}]}"#, #"{"a":[{"b":1}]}"#),
        Case("$.a", " [ ] ", " [ ] "),
        Case("$.a", "", nil),
        Case("$.a", "{", nil),
        Case("$.a", #"{"a":1}x"#, nil),
        Case("$.a", #"{"a":01}"#, nil),
        Case("$.a", #"{"a":1.}"#, nil),
        Case("$.a", #"{"a":+1}"#, nil),
        Case("$.a", #"{"a":NaN}"#, nil),
        Case("$.a", #"{"a":"\x"}"#, nil),
        Case("$.a", #"{"a":"\u12g4"}"#, nil),
        Case("$.a", "{\"a\":\"\n\"}", nil),
        Case("$.a", #"{"a" 1}"#, nil),
        Case("$.a", #"{a:1}"#, nil),
        Case("$.a", #"[1,]"#, nil),
        Case("$.a", #"["a"#, nil),
        Case("$.a", "name=x&a=1", nil),
    ])
    func valuesAtThePathsAreNotShown(_ it: Case) throws {
        let shown = try Redaction(it.paths).apply(to: Array(it.payload.utf8))
        #expect(shown.map { String(decoding: $0, as: UTF8.self) } == it.shown)
    }

    @Test func whatIsNoTextOrTooDeepIsNoJSON() throws {
        let redaction = try Redaction("$.a")
        #expect(redaction.apply(to: [0x22, 0xFF, 0x22]) == nil)
        func nested(_ depth: Int) -> [UInt8] {
            [UInt8](repeating: 0x5B, count: depth) + [UInt8](repeating: 0x5D, count: depth)
        }
        #expect(redaction.apply(to: nested(AgentLimits.redactedDepthMax)) != nil)
        #expect(redaction.apply(to: nested(AgentLimits.redactedDepthMax + 2)) == nil)
        #expect(redaction.apply(to: nested(1_000_000)) == nil)
    }

    @Test(arguments: [
        ("name", "a path begins with $"), ("$.", "a name follows the point"), ("$.a,", "a path begins with $"),
        ("$['a", "a name in [' ends with ']"), ("$[0]", "after $ come .name, ['name'] and [*]"),
        ("$.a b", "after $ come .name, ['name'] and [*]"),
        (Array(repeating: "$.a", count: 65).joined(separator: ","), "at most 64 paths are taken"),
    ])
    func pathsAreChecked(_ text: String, _ why: String) throws {
        #expect {
            _ = try Redaction(text)
        } throws: { "\($0)" == "--log-redact \"\(text)\": \(why)" }
    }

    /// Whatever is broken off a payload, what is hidden never shows.
    @Test func noPieceOfAPayloadShowsWhatIsHidden() throws {
        let payload = Array(
            #"{"i":[{"name":"SECRET","\u006eame":["SECRET"],"n":[1,{"name":"seen"}]},[2,"x\"y"]]}"#.utf8
        )
        let redaction = try Redaction("$.i[*].name")
        var generator = SeededGenerator(seed: 7)
        for _ in 0..<5000 {
            var broken = payload
            for _ in 0..<Int.random(in: 0...3, using: &generator) {
                let at = Int.random(in: 0..<broken.count, using: &generator)
                guard !"SECRETname\\u06".utf8.contains(broken[at]) else { continue }
                broken[at] = UInt8.random(in: 0...127, using: &generator)
            }
            guard let shown = redaction.apply(to: broken), (try? JSON.parse(shown)) != nil else { continue }
            // Where the broken text still says the same to a parser, the secret is gone.
            guard let before = try? JSON.parse(broken), before["i"][0]["name"] != .null else { continue }
            #expect(try JSON.parse(shown)["i"][0]["name"].string == "[redacted]")
        }
    }
}
