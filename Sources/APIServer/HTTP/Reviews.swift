import Base
import KubeModel
import Net

/// Questions about oneself: who one is, and what one may do.
enum Reviews {
    static func serves(_ id: ResourceID) -> Bool {
        switch (id.group, id.plural) {
        case ("authentication.k8s.io", "selfsubjectreviews"): true
        case ("authorization.k8s.io", "selfsubjectaccessreviews"): true
        case ("authorization.k8s.io", "selfsubjectrulesreviews"): true
        default: false
        }
    }

    static func answer(_ request: HTTPRequest, _ id: ResourceID, _ user: Users.User) throws(APIStatus) -> HTTPReply {
        guard request.method == "POST" else { throw ObjectRequests.notAllowed }
        var review = try RequestBody(request, kind: "Review").json
        review["apiVersion"] = .string(id.apiVersion)
        review["metadata"] = .emptyObject
        switch id.plural {
        case "selfsubjectreviews":
            review["kind"] = "SelfSubjectReview"
            review["status"] = [
                "userInfo": [
                    "username": .string(user.name), "uid": .string(user.name), "groups": JSON(user.groups),
                ]
            ]
        case "selfsubjectaccessreviews":
            review["kind"] = "SelfSubjectAccessReview"
            let attributes = review["spec"]["resourceAttributes"]
            let isAllowed = attributes.isNull || Access(review: attributes).isAllowed(to: user)
            review["status"] = ["allowed": .bool(isAllowed)]
        default:
            review["kind"] = "SelfSubjectRulesReview"
            review["spec"] = .emptyObject
            review["status"] = user.isMaster ? everything : reading
        }
        return .json(review, status: 201)
    }

    private static let everything: JSON = [
        "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
        "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]], "incomplete": false,
    ]

    /// What a service account is told; that Secrets are not among it cannot be said in rules.
    private static let reading: JSON = [
        "resourceRules": [["verbs": JSON(Access.readingVerbs.sorted()), "apiGroups": ["*"], "resources": ["*"]]],
        "nonResourceRules": [["verbs": ["get"], "nonResourceURLs": ["*"]]], "incomplete": true,
    ]
}
