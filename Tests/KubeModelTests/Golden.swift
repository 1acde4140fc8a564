import Base
import Testing
import Foundation

/// Recorded answers of Kubernetes' own code, one array of cases a file.
func golden(_ name: String, file: StaticString = #filePath) throws -> [JSON] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try #require(try JSON.parse([UInt8](Data(contentsOf: url))).array)
}
