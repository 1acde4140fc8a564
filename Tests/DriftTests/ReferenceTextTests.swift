import Base
import Drift
import KServeModel
import Statistics
import Testing

/// Files of references.
struct ReferenceTextTests {
    @Test(arguments: [
        ("csv", "a,label,b\n1,x,\"p, \"\"q\"\"\"\r\n,y,nan\n2.5,x,3\n"),
        (
            "objects",
            "{\"a\":1,\"label\":\"x\",\"b\":\"p, \\\"q\\\"\"}\n\n{\"label\":\"y\"}\n{\"a\":2.5,\"label\":\"x\",\"b\":3}"
        ),
    ])
    func rowsAreRead(_ form: String, _ text: String) throws {
        let rows = try ReferenceText.read(text, prediction: "label")
        #expect(rows.names == ["a", "b", "prediction"])
        #expect(
            rows.rows == [
                [.number(1), .text("p, \"q\""), .text("x")], [.missing, .missing, .text("y")],
                [.number(2.5), .number(3), .text("x")],
            ]
        )
    }

    @Test func listsAreRowsWithoutNames() throws {
        let rows = try ReferenceText.read("[1, 2]\n[3, \"x\"]", prediction: "prediction")
        #expect(rows.names == ["x0", "x1", "prediction"])
        #expect(rows.rows[1] == [.number(3), .text("x"), .missing])
    }

    @Test(arguments: [
        ("", "it is empty"), ("a,b\n", "it has no rows"), ("a,b\n1\n", "line 2 has 1 cells, the first has 2"),
        ("a\n\"open", "line 2: a quote is not closed"),
    ])
    func whatIsBrokenIsToldByItsLine(_ text: String, _ fault: String) {
        let told = #expect(throws: ReferenceFault.self) { try ReferenceText.read(text, prediction: "p") }
        #expect(told?.description == fault)
    }

    @Test func moreRowsThanAreKeptAreTakenEvenly() throws {
        let text = "a\n" + (0..<20_000).map(String.init).joined(separator: "\n")
        let rows = try ReferenceText.read(text, prediction: "p")
        #expect(rows.rows.count == 10_000 && rows.rows[1] == [.number(2), .missing])
    }
}
