import Foundation
import TestKit

extension Golden {
    /// A set of which this target keeps a part.
    init(_ folder: String, _ name: String) throws {
        try self.init(folder, name, kept: "\(folder)-\(name)", in: .module)
    }
}
