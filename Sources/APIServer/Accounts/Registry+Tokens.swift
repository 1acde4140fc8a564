import Base
import KubeModel

extension Registry {
    /// A new token for a service account, as a TokenRequest that has been answered.
    func issueToken(for key: ObjectKey, _ request: JSON) throws(APIStatus) -> JSON {
        let account = try get(.serviceAccounts, key)
        let wanted = request["spec"]
        let pod = try boundPod(wanted["boundObjectRef"], of: account)
        let seconds = min(max(600, wanted["expirationSeconds"].int ?? 3600), APIServerLimits.tokenSecondsMax)
        let audiences = wanted["audiences"].strings
        let now = time.wall()
        let expires = now + .seconds(seconds)
        let isForAPod = pod != nil && seconds == APIServerLimits.podTokenSeconds
        let claims = AccountTokens.Claims(
            account: AccountTokens.Claims.Holder(name: account.name, uid: account.uid),
            namespace: account.namespace ?? "",
            pod: pod,
            audiences: audiences.isEmpty ? [AccountTokens.audience] : audiences,
            // Programs that read their token once go on as long as their pod; the token ends with it anyway.
            expires: isForAPod ? (now + .seconds(APIServerLimits.podTokenSecondsMax)).seconds : expires.seconds
        )
        return [
            "kind": "TokenRequest", "apiVersion": "authentication.k8s.io/v1",
            "metadata": [
                "name": .string(account.name), "namespace": JSON(account.namespace), "uid": .string(account.uid),
                "creationTimestamp": .string(now.rfc3339),
            ],
            "spec": [
                "audiences": JSON(claims.audiences), "expirationSeconds": .int(Int64(seconds)),
                "boundObjectRef": wanted["boundObjectRef"],
            ],
            "status": [
                "token": .string(tokens.sign(claims, now: now)), "expirationTimestamp": .string(expires.rfc3339),
            ],
        ]
    }

    /// The service account behind a bearer token, while it and the token's pod are there.
    func account(token: String) -> Users.User? {
        guard let claims = tokens.read(token, now: time.wall()), claims.audiences.contains(AccountTokens.audience),
            isThere(.serviceAccounts, claims.account, claims.namespace)
        else { return nil }
        if let pod = claims.pod, !isThere(.pods, pod, claims.namespace) { return nil }
        return Users.User(
            name: "system:serviceaccount:\(claims.namespace):\(claims.account.name)",
            groups: [
                Users.User.serviceAccounts, "\(Users.User.serviceAccounts):\(claims.namespace)", "system:authenticated",
            ]
        )
    }

    private func isThere(_ id: ResourceID, _ holder: AccountTokens.Claims.Holder, _ namespace: String) -> Bool {
        let object = try? get(id, ObjectKey(namespace: namespace, name: holder.name))  // none is an answer, too
        return object?.uid == holder.uid
    }

    private func boundPod(
        _ reference: JSON,
        of account: KubeObject
    ) throws(APIStatus) -> AccountTokens.Claims.Holder? {
        if reference.isNull { return nil }
        guard reference["kind"].string == "Pod", let name = reference["name"].string else {
            throw .badRequest("cannot bind token to object of kind \(reference["kind"].text): pods are bound to")
        }
        let pod = try get(.pods, ObjectKey(namespace: account.namespace, name: name))
        guard pod.spec["serviceAccountName"].string == account.name else {
            throw .badRequest("cannot bind token for serviceaccount \(account.name) to pod running with another one")
        }
        guard reference["uid"].isNull || reference["uid"].string == pod.uid else {
            throw APIStatus(
                .conflict,
                "the UID in the bound object reference (\(reference["uid"].text)) does not match"
            )
        }
        return AccountTokens.Claims.Holder(name: pod.name, uid: pod.uid)
    }
}
