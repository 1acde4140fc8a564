import Base
import Testing

@Suite struct JSONTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let text: String
        let value: JSON
        var testDescription: String { text }
    }

    @Test(arguments: [
        Case(text: "0", value: 0), Case(text: "-0", value: .double(-0.0)), Case(text: "1e3", value: 1000.0),
        Case(text: "9223372036854775807", value: .int(.max)),
        Case(text: "-9223372036854775808", value: .double(-9223372036854775808)),
        Case(text: "9223372036854775808", value: 9223372036854775808.0),
        Case(text: "0.1", value: 0.1), Case(text: "1.7976931348623157e308", value: 1.7976931348623157e308),
        Case(text: "5e-324", value: .double(.leastNonzeroMagnitude)),
        Case(text: "123456789012345678901234567890", value: 1.2345678901234568e29),
        Case(text: #""a\u00e9\ud83d\ude00\n""#, value: "a\u{e9}\u{1F600}\n"),
        Case(text: #""\ud800x""#, value: "\u{FFFD}x"),
        Case(text: " [ 1 , {\"a\" : null} ] ", value: [1, ["a": .null]]),
    ])
    func reads(_ c: Case) throws { #expect(try JSON.parse(c.text) == c.value) }

    @Test(arguments: [
        "", "01", "1.", ".5", "-", "1e", "[1,]", "{\"a\":}", "\"\u{1}\"", "nul", "1 2", "\"a", "{'a':1}", "+1",
    ])
    func refuses(_ text: String) { #expect(throws: JSONDefect.self) { try JSON.parse(text) } }

    @Test func refusesDeepNestingWithoutFollowingIt() {
        let text = [UInt8](repeating: UInt8(ascii: "["), count: 1_000_000)
        #expect(
            throws: JSONDefect(offset: JSONLimits.depthMax, what: "nested deeper than \(JSONLimits.depthMax) levels")
        ) {
            try JSON.parse(text)
        }
    }

    @Test func writesMembersInNameOrder() {
        let value: JSON = ["b": 1, "a": [true, .null, 1.5, "q\"\u{7}"]]
        #expect(value.text == #"{"a":[true,null,1.5,"q\"\u0007"],"b":1}"#)
    }

    @Test func doublesReadBackTheSame() throws {
        var generator = SeededGenerator(seed: 1)
        for _ in 0..<20_000 {
            let value = Double(bitPattern: generator.next())
            guard value.isFinite else { continue }
            #expect(try JSON.parse(JSON.double(value).text).double == value)
        }
    }

    @Test func tellsDuplicateNames() throws {
        var names: [String] = []
        let value = try JSON.parse(Array(#"{"a":{"b":1,"b":2}}"#.utf8)) { names.append($0) }
        #expect(names == ["a.b"])
        #expect(value == ["a": ["b": 2]])
    }

    @Test func pathsAreSetAndCleared() {
        var value: JSON = .emptyObject
        value[path: ["a", "b"]] = 1
        #expect(value == ["a": ["b": 1]])
        value[path: ["a", "b"]] = .null
        #expect(value == ["a": .emptyObject])
    }
}

@Suite struct TimeTests {
    @Test(arguments: [
        ("1970-01-01T00:00:00Z", 0), ("2026-11-21T00:48:53Z", 1_795_222_133),
        ("2000-02-29T12:00:00+02:00", 951_818_400),
        ("1969-12-31T23:59:59Z", -1),
    ])
    func readsRFC3339(_ text: String, _ seconds: Int64) { #expect(WallTime(rfc3339: text)?.seconds == seconds) }

    @Test func writesWhatItReads() {
        let text = "2026-11-21T00:48:53.123456789Z"
        #expect(WallTime(rfc3339: text)?.rfc3339Nano == text)
        #expect(WallTime(rfc3339: text)?.rfc3339 == "2026-11-21T00:48:53Z")
    }

    @Test func timesBeyondTheClockStopAtItsBound() {
        let last = WallTime(rfc3339: "9999-12-31T23:59:59.9Z")
        #expect(last == WallTime(nanoseconds: .max))
        #expect(last.map { $0 + .seconds(Int64.max) } == last)
        #expect(WallTime(rfc3339: "0000-01-01T00:00:00Z") == WallTime(nanoseconds: .min))
        #expect(WallTime(nanoseconds: .max) - WallTime(nanoseconds: .min) == .nanoseconds(Int64.max))
        #expect(Instant(nanoseconds: 5) + .seconds(Int64.min) == Instant(nanoseconds: .min + 5))
        // Words end at nine seconds of attoseconds; parts of a nanosecond are cut off towards zero.
        for (duration, nanoseconds) in [
            (.zero, 0), (.nanoseconds(-1), -1), (.milliseconds(9_223), 9_223_000_000),
            (.milliseconds(9_224), 9_224_000_000),
            (.milliseconds(-9_224), -9_224_000_000), (.seconds(86_400), 86_400_000_000_000),
            (.seconds(Int64.max), .max),
            (Duration(secondsComponent: 9, attosecondsComponent: 999_999_999_999_999_999), 9_999_999_999),
            (Duration(secondsComponent: -1, attosecondsComponent: -999_999_999), -1_000_000_000),
        ] as [(Duration, Int64)] {
            #expect(duration.nanoseconds == nanoseconds)
        }
        #expect(WallTime(nanoseconds: 1_795_222_133_999_999_999).rfc3339Nano == "2026-11-21T00:48:53.999999999Z")
    }

    @Test(arguments: ["", "2026-11-21", "2026-13-21T00:00:00Z", "2026-11-21T00:00:00", "2026-11-21T00:00:00.Z"])
    func refuses(_ text: String) { #expect(WallTime(rfc3339: text) == nil) }
}

@Suite struct YAMLTests {
    @Test func readsDocumentsAnchorsAndMerges() throws {
        let text = """
            a: &x {b: 1, c: yes}
            d: {<<: *x, b: 2}
            ---
            - 0x10
            - "0x10"
            - 010
            - 1.5
            - ~
            - |
              two
              lines
            """
        #expect(
            try YAML.parse(text) == [
                ["a": ["b": 1, "c": true], "d": ["b": 2, "c": true]],
                [16, "0x10", 8, 1.5, .null, "two\nlines"],
            ]
        )
    }

    @Test func boundsAliases() {
        var text = "a0: &a0 [x,x,x,x,x,x,x,x,x]\n"
        for level in 1..<10 {
            let previous = "*a\(level - 1)"
            text += "a\(level): &a\(level) [\(Array(repeating: previous, count: 9).joined(separator: ","))]\n"
        }
        #expect(throws: YAMLDefect.self) { try YAML.parse(text) }
    }

    @Test func namesTheLine() {
        #expect(throws: YAMLDefect(line: 2, what: "key \"a\" already set in map")) { try YAML.parse("a: 1\na: 2\n") }
    }
}

@Suite struct YAMLTextTests {
    @Test func showsObjectsAsKubectlDoes() {
        let value: JSON = [
            "b": ["x": [], "y": .emptyObject, "z": .null],
            "a": [1, "two", ["k": "v", "l": [true]], [1, 2]],
            "t": "line\nother\n", "n": "no", "u": "http://a", "e": "", "d": "1.0", "kubectl.kubernetes.io/x": "y",
        ]
        #expect(
            YAML.text(value) == """
                a:
                - 1
                - two
                - k: v
                  l:
                  - true
                - - 1
                  - 2
                b:
                  x: []
                  "y": {}
                  z: null
                d: "1.0"
                e: ""
                kubectl.kubernetes.io/x: "y"
                "n": "no"
                t: |
                  line
                  other
                u: "http://a"

                """
        )
    }

    @Test(arguments: [
        "", " x", "x ", "a: b", "- a", "#c", "null", "1", "yes", "é", "a\nb", "\na", "a\n\n", "|", "2001-01-01",
        "x\r\ny",
    ])
    func readsBackTheSame(_ text: String) throws {
        let value: JSON = ["k": .string(text), "l": [.string(text)]]
        #expect(try YAML.parse(YAML.text(value)) == [value])
    }
}
