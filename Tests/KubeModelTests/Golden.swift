import Base
import Foundation
import TestKit
import Testing

/// Recorded answers of Kubernetes' own code.
func golden(_ name: String) throws -> Golden { try Golden("apimachinery", name, kept: name, in: .module) }

/// What a server has answered, as it is kept here alone.
func recorded(_ name: String) throws -> [JSON] {
    let url = try #require(Bundle.module.url(forResource: name, withExtension: "json", subdirectory: "Fixtures"))
    return try #require(try JSON.parse([UInt8](Data(contentsOf: url))).array)
}
