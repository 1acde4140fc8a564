package import KubeModel

/// What a request's path names.
package enum Route: Equatable, Sendable {
    /// `/`
    case index
    /// `/healthz`, `/livez`, `/readyz`, also one check of them.
    case health(String)
    case version
    case metrics
    /// `/prometheus/targets/pod`
    case targets(ScrapeTargets.Role)
    /// `/api`
    case coreVersions
    /// `/apis`
    case groups
    /// `/apis/apps`
    case group(String)
    /// `/apis/apps/v1`
    case resources(group: String, version: String)
    case openAPIv2
    case openAPIv3Index
    /// `/openapi/v3/apis/apps/v1`
    case openAPIv3(group: String, version: String)
    case collection(ResourceID, namespace: String?)
    case object(ResourceID, ObjectKey, subresource: String?)
    case unknown

    /// Reads a decoded path. Trailing slashes don't matter.
    package init(path: String) {
        let parts = path.split(separator: "/").map(String.init)
        switch parts.first {
        case nil: self = .index
        case "healthz", "livez", "readyz": self = parts.count <= 2 ? .health(parts.last ?? "") : .unknown
        case "version" where parts.count == 1: self = .version
        case "metrics" where parts.count == 1: self = .metrics
        case "prometheus" where parts.count == 3 && parts[1] == "targets":
            self = ScrapeTargets.Role(rawValue: parts[2]).map { .targets($0) } ?? .unknown
        case "openapi": self = Route.openAPI(parts)
        case "api" where parts.count == 1: self = .coreVersions
        case "apis" where parts.count == 1: self = .groups
        case "apis" where parts.count == 2: self = .group(parts[1])
        case "api": self = Route.resource("", parts[1], Array(parts.dropFirst(2)))
        case "apis": self = Route.resource(parts[1], parts[2], Array(parts.dropFirst(3)))
        default: self = .unknown
        }
    }

    private static func openAPI(_ parts: [String]) -> Route {
        switch parts.dropFirst() {
        case ["v2"]: return .openAPIv2
        case ["v3"]: return .openAPIv3Index
        default: break
        }
        guard parts.count > 3, parts[1] == "v3" else { return .unknown }
        if parts.count == 4, parts[2] == "api" { return .openAPIv3(group: "", version: parts[3]) }
        if parts.count == 5, parts[2] == "apis" { return .openAPIv3(group: parts[3], version: parts[4]) }
        return .unknown
    }

    /// What follows a group and a version. A namespace's own path looks like the beginning of another's.
    private static func resource(_ group: String, _ version: String, _ parts: [String]) -> Route {
        func id(_ plural: String) -> ResourceID { ResourceID(group, version, plural) }
        let ownSubresources = ["status", "finalize"]
        if parts.first == "namespaces", parts.count > 2, !(parts.count == 3 && ownSubresources.contains(parts[2])) {
            let namespace = parts[1]
            switch parts.count {
            case 3: return .collection(id(parts[2]), namespace: namespace)
            case 4, 5:
                let key = ObjectKey(namespace: namespace, name: parts[3])
                return .object(id(parts[2]), key, subresource: parts.count == 5 ? parts[4] : nil)
            default: return .unknown
            }
        }
        switch parts.count {
        case 0: return .resources(group: group, version: version)
        case 1: return .collection(id(parts[0]), namespace: nil)
        case 2, 3:
            let subresource = parts.count == 3 ? parts[2] : nil
            return .object(id(parts[0]), ObjectKey(name: parts[1]), subresource: subresource)
        default: return .unknown
        }
    }
}
