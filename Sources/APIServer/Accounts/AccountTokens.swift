import Base

/// Tokens of service accounts: signed JSON web tokens, so that nothing is stored. Each tells whom it stands for, for which
/// pod it was made, and until when.
package struct AccountTokens: Sendable {
    /// What a token says.
    struct Claims: Equatable, Sendable {
        let account: Holder
        let namespace: String
        /// The pod that the token ends with.
        var pod: Holder?
        var audiences = [AccountTokens.audience]
        /// Seconds since 1970.
        var expires: Int64

        /// An object by its name, and not another one that comes to bear it later.
        struct Holder: Equatable, Sendable {
            let name: String
            let uid: String
        }
    }

    /// Who issues tokens, and what a token for this API names as its reader.
    static let audience = "https://kubernetes.default.svc"

    private let key: [UInt8]
    private static let head = Base64.encodeURL(Array(#"{"alg":"HS256","typ":"JWT"}"#.utf8))

    /// - Parameter secret: whoever knows it can make tokens.
    package init(secret: String) { key = Array(secret.utf8) }

    func sign(_ claims: Claims, now: WallTime) -> String {
        var holder: JSON = [
            "namespace": .string(claims.namespace), "serviceaccount": AccountTokens.json(claims.account),
        ]
        if let pod = claims.pod { holder["pod"] = AccountTokens.json(pod) }
        let body: JSON = [
            "aud": JSON(claims.audiences), "exp": .int(claims.expires), "iat": .int(now.seconds),
            "iss": .string(AccountTokens.audience), "kubernetes.io": holder, "nbf": .int(now.seconds),
            "sub": .string("system:serviceaccount:\(claims.namespace):\(claims.account.name)"),
        ]
        let signed = "\(AccountTokens.head).\(Base64.encodeURL(body.bytes))"
        return "\(signed).\(Base64.encodeURL(MessageCode.make(signed.utf8, key: key)))"
    }

    /// What a token says, where it was signed here and its time has not passed.
    func read(_ token: String, now: WallTime) -> Claims? {
        let parts = token.split(separator: ".", omittingEmptySubsequences: false)
        guard parts.count == 3, parts[0] == AccountTokens.head, let code = Base64.decodeURL(parts[2]),
            MessageCode.isSame(code, MessageCode.make("\(parts[0]).\(parts[1])".utf8, key: key)),
            let bytes = Base64.decodeURL(parts[1]), let body = try? JSON.parse(bytes)  // signed, so written here
        else { return nil }
        let holder = body["kubernetes.io"]
        guard let account = AccountTokens.holder(holder["serviceaccount"]), let namespace = holder["namespace"].string,
            let expires = body["exp"].int, now.seconds < expires
        else { return nil }
        return Claims(
            account: account,
            namespace: namespace,
            pod: AccountTokens.holder(holder["pod"]),
            audiences: body["aud"].strings,
            expires: Int64(expires)
        )
    }

    private static func json(_ holder: Claims.Holder) -> JSON {
        ["name": .string(holder.name), "uid": .string(holder.uid)]
    }

    private static func holder(_ json: JSON) -> Claims.Holder? {
        guard let name = json["name"].string, let uid = json["uid"].string else { return nil }
        return Claims.Holder(name: name, uid: uid)
    }
}
