import Base
import KubeModel
import Net

/// Questions about oneself. Whoever holds a token may do everything, and is told so.
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
            review["status"] = ["allowed": true]
        default:
            review["kind"] = "SelfSubjectRulesReview"
            review["spec"] = .emptyObject
            review["status"] = everything
        }
        return .json(review, status: 201)
    }

    private static let everything: JSON = [
        "resourceRules": [["verbs": ["*"], "apiGroups": ["*"], "resources": ["*"]]],
        "nonResourceRules": [["verbs": ["*"], "nonResourceURLs": ["*"]]], "incomplete": false,
    ]
}
