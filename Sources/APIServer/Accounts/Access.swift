import Base
import KubeModel
import Net

/// What somebody wants to do with a kind of objects, and whether they may.
///
/// Who has the administrator's token may do everything. Service accounts may read what upstream's ClusterRole `view` shows,
/// which are all objects but Secrets, and change nothing: that is what programs in pods ask an API for that watch it.
struct Access: Equatable {
    let verb: String
    let id: ResourceID
    var subresource: String?
    var namespace: String?

    /// What a request on objects wants.
    init(_ request: HTTPRequest, _ id: ResourceID, _ key: ObjectKey?, namespace: String?, subresource: String?) {
        self.id = id
        self.subresource = subresource
        self.namespace = namespace
        verb = Access.verb(request.method, isObject: key != nil, watches: request.query("watch") == "true")
    }

    /// What a SelfSubjectAccessReview asks about.
    init(review attributes: JSON) {
        id = ResourceID(
            attributes["group"].string ?? "",
            attributes["version"].string ?? "",
            attributes["resource"].string ?? ""
        )
        verb = attributes["verb"].string ?? ""
        subresource = attributes["subresource"].string.flatMap { $0.isEmpty ? nil : $0 }
        namespace = attributes["namespace"].string.flatMap { $0.isEmpty ? nil : $0 }
    }

    private static func verb(_ method: String, isObject: Bool, watches: Bool) -> String {
        switch method {
        case "POST": "create"
        case "PUT": "update"
        case "PATCH": "patch"
        case "DELETE": isObject ? "delete" : "deletecollection"
        default: watches ? "watch" : isObject ? "get" : "list"
        }
    }

    static let readingVerbs: Set<String> = ["get", "list", "watch"]
    private static let readableParts: Set<String> = ["status", "scale", "log"]

    func isAllowed(to user: Users.User) -> Bool {
        if user.isMaster { return true }
        guard Access.readingVerbs.contains(verb), id.plural != "secrets" else { return false }
        return subresource.map(Access.readableParts.contains) ?? true
    }

    /// Refuses in Kubernetes' words.
    func check(_ user: Users.User, name: String = "") throws(APIStatus) {
        guard !isAllowed(to: user) else { return }
        let resource = subresource.map { "\(id.plural)/\($0)" } ?? id.plural
        let object = name.isEmpty ? "" : " \"\(name)\""
        let place = namespace.map { "in the namespace \"\($0)\"" } ?? "at the cluster scope"
        let what =
            "\(id.qualified)\(object) is forbidden: User \"\(user.name)\" cannot \(verb) resource \"\(resource)\" in API "
            + "group \"\(id.group)\" \(place): service accounts may read everything but secrets, and change nothing"
        var details: JSON = ["kind": .string(id.plural)]
        if !name.isEmpty { details["name"] = .string(name) }
        if !id.group.isEmpty { details["group"] = .string(id.group) }
        throw APIStatus(.forbidden, what, details: details)
    }
}
