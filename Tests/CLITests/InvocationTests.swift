import Base
import CLI
import Testing

@Suite struct InvocationTests {
    private let command = Command(
        "get",
        "TYPE",
        summary: "show objects",
        flags: [
            Flag("output", short: "o", "FORM", "form"), Flag("all", short: "A", "all"), Flag("port", "N", "port"),
            Flag("timeout", "TIME", "time"),
        ],
        run: { _ in }
    )

    private func parse(_ words: String...) throws -> Invocation {
        try Invocation(command, words, shutdown: ShutdownSignal())
    }

    @Test func flagsAreTakenInAllSpellings() throws {
        let invocation = try parse("pods", "-o", "yaml", "--all", "--port=0", "--output", "json", "--", "-x")
        #expect(invocation.arguments == ["pods", "-x"])
        #expect(invocation["output"] == "json")
        #expect(invocation.all("output") == ["yaml", "json"])
        #expect(invocation.has("all"))
        #expect(try invocation.integer("port", in: 0...65535) == 0)
        #expect(try invocation.integer("timeout", in: 0...1) == nil)
    }

    @Test(arguments: [("300s", 300), ("5m", 300), ("1h", 3600), ("7", 7), ("0s", 0)])
    func timesAreRead(_ text: String, _ seconds: Int) throws {
        #expect(try parse("--timeout", text).duration("timeout") == .seconds(seconds))
    }

    @Test(arguments: [
        (["--bogus"], "unknown flag --bogus"), (["-o"], "--output needs a value"),
        (["--port", "70000"], "--port must be a number from 0 to 65535, was \"70000\""),
        (["--port", "x"], "--port must be a number from 0 to 65535, was \"x\""),
        (["--timeout", "5x"], "--timeout must be a time such as 300s, 5m or 1h, was \"5x\""),
    ])
    func misuseIsNamed(_ words: [String], _ message: String) {
        #expect(throws: Misuse(message)) {
            let invocation = try Invocation(command, words, shutdown: ShutdownSignal())
            _ = try invocation.integer("port", in: 0...65535)
            _ = try invocation.duration("timeout")
        }
    }

    @Test func wordsThatNobodyAskedForAreRefused() {
        let up = Command("up", summary: "all", run: { _ in })
        #expect(throws: Misuse("unexpected argument \"now\"")) {
            try Invocation(up, ["now"], shutdown: ShutdownSignal())
        }
    }

    @Test func whoeverWaitsForTheEndIsTold() async {
        let shutdown = ShutdownSignal()
        let waiting = Task { await shutdown.requested() }
        shutdown.request()
        await waiting.value
        await shutdown.requested()
    }
}

@Suite struct TableTextTests {
    @Test func columnsAreAlignedAndWideOnesLeftOut() {
        let rendered = TableText.render(
            [
                "columnDefinitions": [["name": "Name"], ["name": "Ready"], ["name": "Node", "priority": 1]],
                "rows": [
                    ["cells": ["a-long-name", 1, "n"], "object": ["metadata": ["namespace": "x"]]],
                    ["cells": ["b", .null, "n"], "object": ["metadata": ["namespace": "default"]]],
                ],
            ],
            isWide: false,
            showsNamespace: true
        )
        #expect(
            rendered == """
                NAMESPACE   NAME          READY
                x           a-long-name   1
                default     b

                """
        )
    }
}
