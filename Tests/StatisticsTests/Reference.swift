import Base
import Foundation
import Testing

/// What scipy and numpy say, recorded by `Fixtures/make.py`.
struct Reference {
    private let tables: JSON

    init() throws {
        let url = try #require(
            Bundle.module.url(forResource: "reference", withExtension: "json", subdirectory: "Fixtures")
        )
        tables = try JSON.parse([UInt8](Data(contentsOf: url)))
    }

    func rows(_ table: String) throws -> [JSON] { try #require(tables[table].array) }
}

extension JSON {
    func number(_ name: String) throws -> Double { try #require(self[name].double, "no number \(name)") }
    func numbers(_ name: String) throws -> [Double] { try #require(self[name].array).compactMap(\.double) }
}

/// Records two numbers that differ by more than a share of the expected one, or a hair.
func expectNear(
    _ got: Double,
    _ expected: Double,
    relative: Double = 1e-10,
    absolute: Double = 1e-14,
    _ what: @autoclosure () -> String,
    at place: SourceLocation = #_sourceLocation
) {
    if got == expected { return }
    let isNear = abs(got - expected) <= max(absolute, relative * abs(expected))
    #expect(isNear, "\(what()): \(got), expected \(expected)", sourceLocation: place)
}
