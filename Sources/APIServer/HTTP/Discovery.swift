import Base
import KubeModel

/// What is served, in the forms that clients read it: group by group, or all in one document.
struct Discovery {
    private let types: [ResourceType]

    init(_ types: [ResourceType]) { self.types = types }

    /// A subresource and what can be done with it.
    private struct Subresource {
        let name: String
        let kind: (group: String, version: String, kind: String)
        let verbs: [String]
    }

    /// Kinds that are only asked for an answer, never stored.
    private static let reviews: [(id: ResourceID, kind: String)] = [
        (ResourceID("authentication.k8s.io", "v1", "selfsubjectreviews"), "SelfSubjectReview"),
        (ResourceID("authorization.k8s.io", "v1", "selfsubjectaccessreviews"), "SelfSubjectAccessReview"),
        (ResourceID("authorization.k8s.io", "v1", "selfsubjectrulesreviews"), "SelfSubjectRulesReview"),
    ]

    // MARK: Groups

    private func ids(_ group: String) -> [ResourceID] {
        (types.map(\.id) + Discovery.reviews.map(\.id)).filter { $0.group == group }
    }

    private var groups: [String] {
        unique((types.map(\.id) + Discovery.reviews.map(\.id)).map(\.group)).filter { !$0.isEmpty }
    }

    private func versions(_ group: String) -> [String] { unique(ids(group).map(\.version)) }

    private func unique(_ names: [String]) -> [String] {
        var seen: Set<String> = []
        return names.filter { seen.insert($0).inserted }
    }

    /// `/api`
    var coreVersions: JSON {
        ["kind": "APIVersions", "versions": JSON(versions("")), "serverAddressByClientCIDRs": .array([])]
    }

    /// `/apis`
    var groupList: JSON {
        ["kind": "APIGroupList", "apiVersion": "v1", "groups": .array(groups.map(entry))]
    }

    /// `/apis/G`; nil where there is no such group.
    func group(_ name: String) -> JSON? {
        guard groups.contains(name) else { return nil }
        var json = entry(name)
        json["kind"] = "APIGroup"
        json["apiVersion"] = "v1"
        return json
    }

    private func entry(_ group: String) -> JSON {
        let versions = versions(group).map { version -> JSON in
            ["groupVersion": .string("\(group)/\(version)"), "version": .string(version)]
        }
        return ["name": .string(group), "versions": .array(versions), "preferredVersion": versions.first ?? .null]
    }

    // MARK: Resources

    /// `/api/v1` or `/apis/G/V`; nil where it is not served.
    func resourceList(group: String, version: String) -> JSON? {
        guard versions(group).contains(version) else { return nil }
        var list: JSON = [
            "kind": "APIResourceList", "groupVersion": .string(group.isEmpty ? version : "\(group)/\(version)"),
        ]
        if !group.isEmpty { list["apiVersion"] = "v1" }
        var resources: [JSON] = []
        for type in types where type.id.group == group && type.id.version == version {
            resources.append(resource(type))
            resources += subresources(type).map { subresource($0, of: type) }
        }
        for review in Discovery.reviews where review.id.group == group && review.id.version == version {
            resources.append([
                "name": .string(review.id.plural), "singularName": .string(review.kind.lowercased()),
                "namespaced": false, "kind": .string(review.kind), "verbs": ["create"],
            ])
        }
        list["resources"] = .array(resources)
        return list
    }

    private func resource(_ type: ResourceType) -> JSON {
        var json: JSON = [
            "name": .string(type.id.plural), "singularName": .string(type.singular),
            "namespaced": .bool(type.isNamespaced), "kind": .string(type.kind), "verbs": JSON(verbs(type)),
        ]
        if !type.shortNames.isEmpty { json["shortNames"] = JSON(type.shortNames) }
        if !type.categories.isEmpty { json["categories"] = JSON(type.categories) }
        return json
    }

    private func subresource(_ part: Subresource, of type: ResourceType) -> JSON {
        var json: JSON = [
            "name": .string("\(type.id.plural)/\(part.name)"), "singularName": "",
            "namespaced": .bool(type.isNamespaced), "kind": .string(part.kind.kind), "verbs": JSON(part.verbs),
        ]
        if (part.kind.group, part.kind.version) != (type.id.group, type.id.version) {
            json["group"] = .string(part.kind.group)
            json["version"] = .string(part.kind.version)
        }
        return json
    }

    /// Namespaces are deleted one by one only.
    private func verbs(_ type: ResourceType) -> [String] {
        if type.computed != nil { return ResourceType.readingVerbs }
        return type.id == .namespaces ? ResourceType.verbs.filter { $0 != "deletecollection" } : ResourceType.verbs
    }

    private func subresources(_ type: ResourceType) -> [Subresource] {
        let own = (type.id.group, type.id.version, type.kind)
        let change = ["get", "patch", "update"]
        var list: [Subresource] = []
        switch type.id {
        case .namespaces: list.append(Subresource(name: "finalize", kind: own, verbs: ["update"]))
        case .pods:
            for name in ["attach", "exec", "portforward"] {
                let kind = name == "portforward" ? "PodPortForwardOptions" : "Pod\(name.capitalized)Options"
                list.append(Subresource(name: name, kind: ("", "v1", kind), verbs: ["create", "get"]))
            }
            list.append(Subresource(name: "eviction", kind: ("policy", "v1", "Eviction"), verbs: ["create"]))
            list.append(Subresource(name: "log", kind: own, verbs: ["get"]))
        case .serviceAccounts:
            let kind = ("authentication.k8s.io", "v1", "TokenRequest")
            list.append(Subresource(name: "token", kind: kind, verbs: ["create"]))
        default: break
        }
        if type.scale != nil {
            list.append(Subresource(name: "scale", kind: ("autoscaling", "v1", "Scale"), verbs: change))
        }
        if type.hasStatus { list.append(Subresource(name: "status", kind: own, verbs: change)) }
        return list
    }

    // MARK: All in one document

    /// `/api` or `/apis` as APIGroupDiscoveryList.
    func aggregated(core: Bool, version: String) -> JSON {
        [
            "kind": "APIGroupDiscoveryList", "apiVersion": .string("apidiscovery.k8s.io/\(version)"),
            "metadata": .emptyObject, "items": .array((core ? [""] : groups).map(aggregatedGroup)),
        ]
    }

    private func aggregatedGroup(_ group: String) -> JSON {
        let versions = versions(group).map { version -> JSON in
            let resources = types.filter { $0.id.group == group && $0.id.version == version }.map(aggregatedResource)
            let reviews = Discovery.reviews.filter { $0.id.group == group && $0.id.version == version }
                .map(aggregatedReview)
            return ["version": .string(version), "freshness": "Current", "resources": .array(resources + reviews)]
        }
        return ["metadata": group.isEmpty ? .emptyObject : ["name": .string(group)], "versions": .array(versions)]
    }

    private func aggregatedResource(_ type: ResourceType) -> JSON {
        var json: JSON = [
            "resource": .string(type.id.plural), "singularResource": .string(type.singular),
            "responseKind": responseKind((type.id.group, type.id.version, type.kind)),
            "scope": type.isNamespaced ? "Namespaced" : "Cluster", "verbs": JSON(verbs(type)),
        ]
        if !type.shortNames.isEmpty { json["shortNames"] = JSON(type.shortNames) }
        if !type.categories.isEmpty { json["categories"] = JSON(type.categories) }
        let parts = subresources(type).map { part -> JSON in
            ["subresource": .string(part.name), "responseKind": responseKind(part.kind), "verbs": JSON(part.verbs)]
        }
        if !parts.isEmpty { json["subresources"] = .array(parts) }
        return json
    }

    private func aggregatedReview(_ review: (id: ResourceID, kind: String)) -> JSON {
        [
            "resource": .string(review.id.plural), "singularResource": .string(review.kind.lowercased()),
            "responseKind": responseKind((review.id.group, review.id.version, review.kind)), "scope": "Cluster",
            "verbs": ["create"],
        ]
    }

    private func responseKind(_ kind: (group: String, version: String, kind: String)) -> JSON {
        ["group": .string(kind.group), "version": .string(kind.version), "kind": .string(kind.kind)]
    }
}

extension String {
    fileprivate var capitalized: String { prefix(1).uppercased() + dropFirst() }
}
