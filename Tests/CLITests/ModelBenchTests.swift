import Base
import CLI
import Testing

@Suite struct ModelBenchTests {
    @Test(arguments: [(1, "[[1,2]]"), (2, "[[1,2],[3,4]]"), (5, "[[1,2],[3,4],[1,2],[3,4],[1,2]]")])
    func rowsOfARequestAreCutOrRepeated(_ count: Int, _ rows: String) throws {
        let request = try BenchRequest(Array(#"{"instances": [[1, 2], [3, 4]], "other": 1}"#.utf8), name: "rows.json")
        #expect(try JSON.parse(request.body(rows: count)) == JSON.parse(#"{"instances": \#(rows)}"#))
    }

    @Test(arguments: ["{}", #"{"instances": []}"#, #"{"instances": 3}"#])
    func aRequestWithoutRowsIsRefused(_ body: String) {
        #expect(throws: Failure.self) { try BenchRequest(Array(body.utf8), name: "rows.json") }
    }

    @Test func figuresAreQuantilesOfCalls() {
        let figures = ModelTimer.Figures(rows: 10, calls: (1...100).reversed().map(Double.init))
        #expect(figures.median == 51)
        #expect(figures.ninetieth == 91)
        #expect(figures.ninetyNinth == 100)
    }
}
