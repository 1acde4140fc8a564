import Base
import KubeKinds
import KubeModel
import Testing

@Suite struct TableTests {
    @Test func columnsAreTheRecordedOnes() throws {
        let recorded = try #require(try Golden.json("tables").object)
        for type in BuiltInKinds.all where !["GRPCRoute", "ReferenceGrant"].contains(type.kind) {
            let table = try #require(recorded[type.id.plural], "\(type.id)")
            let columns = type.columns.map { column -> JSON in
                [
                    "name": .string(column.name), "type": .string(column.type), "format": .string(column.format),
                    "priority": .int(Int64(column.priority)),
                ]
            }
            #expect(JSON.array(columns) == table["columns"], "\(type.id)")
        }
    }

    @Test func rowsAreTheRecordedOnes() throws {
        let now = try #require(WallTime(rfc3339: "2026-11-21T01:10:00Z"))
        for line in try Golden.json("rows").array ?? [] {
            let type = try #require(BuiltInKinds.all.first { $0.id.plural == line["plural"].string })
            var cells = type.row(KubeObject(line["object"]), now)
            let wanted = try #require(line["cells"].array)
            // The age is of the recording's own moment.
            if let age = type.columns.firstIndex(where: { $0.name == "Age" }) { cells[age] = wanted[age] }
            #expect(cells == wanted, "\(type.id)")
        }
    }

    @Test func everyRowHasACellForEachColumn() {
        let now = WallTime(seconds: 0)
        for type in BuiltInKinds.all {
            #expect(type.row(KubeObject(.emptyObject), now).count == type.columns.count, "\(type.id)")
        }
    }
}
