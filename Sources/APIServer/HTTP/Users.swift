/// Who may ask: bearer tokens and whom they stand for.
package struct Users: Sendable {
    /// A known caller.
    package struct User: Equatable, Sendable {
        package let name: String
        package let groups: [String]

        package init(name: String, groups: [String] = ["system:masters", "system:authenticated"]) {
            self.name = name
            self.groups = groups
        }
    }

    private let tokens: [(token: [UInt8], user: User)]

    package init(tokens: [String: User]) {
        self.tokens = tokens.filter { !$0.key.isEmpty }.map { (Array($0.key.utf8), $0.value) }
    }

    /// The caller behind an Authorization header; nil where it names nobody.
    func user(authorization: String?) -> User? {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return nil }
        let given = Array(authorization.dropFirst(7).utf8)
        return tokens.first { Users.isSame($0.token, given) }?.user
    }

    /// Compares in the same time wherever the difference is.
    private static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
