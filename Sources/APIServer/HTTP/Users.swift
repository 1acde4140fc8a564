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

        /// The group of all service accounts.
        static let serviceAccounts = "system:serviceaccounts"

        /// Whether everything is allowed.
        var isMaster: Bool { groups.contains("system:masters") }
    }

    private let tokens: [(token: [UInt8], user: User)]

    package init(tokens: [String: User]) {
        self.tokens = tokens.filter { !$0.key.isEmpty }.map { (Array($0.key.utf8), $0.value) }
    }

    /// The caller behind a bearer token; nil where it stands for nobody.
    func user(token: String) -> User? {
        let given = Array(token.utf8)
        return tokens.first { MessageCode.isSame($0.token, given) }?.user
    }

    /// The token in an Authorization header.
    static func token(authorization: String?) -> String? {
        guard let authorization, authorization.lowercased().hasPrefix("bearer ") else { return nil }
        return String(authorization.dropFirst(7))
    }
}
