import Base
package import KubeModel

/// What a CustomResourceDefinition makes of the API: one resource type for each version that it serves.
package enum CustomResourceKind {
    /// The types that a definition serves, the preferred version first.
    package static func types(of definition: KubeObject) -> [ResourceType] {
        let versions = definition.spec.elements("versions")
        let storage = versions.first { $0["storage"].bool == true }?["name"].string
        return versions.filter { $0["served"].bool == true }
            .sorted { KubeVersion($0.text("name")) > KubeVersion($1.text("name")) }
            .map { type(of: definition, $0, storage: storage) }
    }

    private static func type(of definition: KubeObject, _ version: JSON, storage: String?) -> ResourceType {
        let names = definition.spec["names"]
        let id = ResourceID(definition.spec.text("group"), version.text("name"), names.text("plural"))
        let isNamespaced = definition.spec["scope"].string != "Cluster"
        var type = ResourceType(id, kind: names.text("kind"), isNamespaced: isNamespaced)
        type.isCustom = true
        type.generation = .onSpec
        if let singular = names["singular"].string, !singular.isEmpty { type.singular = singular }
        type.shortNames = names["shortNames"].strings
        type.categories = names["categories"].strings
        type.hasStatus = !version["subresources"]["status"].isNull
        type.scale = scale(version["subresources"]["scale"])
        type.selectableFields = version.elements("selectableFields").map {
            members($0.text("jsonPath")).joined(separator: ".")
        }
        type.setTable([.name] + CustomColumns.columns(version["additionalPrinterColumns"]))
        obey(version[path: ["schema", "openAPIV3Schema"]], &type)
        if let storage, storage != id.version { type.conversion = conversion(of: id, storedAs: storage) }
        return type
    }

    /// Lets a schema say which fields there are, what they default to and what they may hold.
    private static func obey(_ openAPI: JSON, _ type: inout ResourceType) {
        let schema = openAPI.isNull ? Schema.any : Schema(openAPI: openAPI)
        type.schema = schema
        type.applyDefaults = { schema.applyDefaults(to: &$0.json) }
        type.validate = { object, old in schema.faults(in: object.json, over: old?.json ?? .null) }
        type.checkMetadata(.dns1123Subdomain)
    }

    private static func scale(_ scale: JSON) -> ResourceType.Scale? {
        guard !scale.isNull else { return nil }
        return ResourceType.Scale(
            specReplicas: members(scale.text("specReplicasPath")),
            statusReplicas: members(scale.text("statusReplicasPath")),
            labelSelector: members(scale.text("labelSelectorPath"))
        )
    }

    /// `.spec.replicas` as member names.
    private static func members(_ path: String) -> [String] { path.split(separator: ".").map(String.init) }

    /// The versions of a definition differ in nothing but their name, unless a webhook converts them, which none does.
    private static func conversion(of id: ResourceID, storedAs storage: String) -> ResourceType.Conversion {
        let stored = ResourceID(id.group, storage, id.plural)
        func renamed(to version: ResourceID) -> @Sendable (KubeObject) -> KubeObject {
            { object in
                var object = object
                object["apiVersion"] = .string(version.apiVersion)
                return object
            }
        }
        return ResourceType.Conversion(stored: stored, toStored: renamed(to: stored), fromStored: renamed(to: id))
    }
}

/// The rank of an API version: releases before betas before alphas, newer before older, all others last.
struct KubeVersion: Comparable {
    private let name: String
    private let stage: Int
    private let major: Int
    private let minor: Int

    init(_ name: String) {
        self.name = name
        let parts = KubeVersion.parse(name)
        (major, stage, minor) = parts ?? (0, -1, 0)
    }

    static func < (left: KubeVersion, right: KubeVersion) -> Bool {
        let ranks = ((left.stage, left.major, left.minor), (right.stage, right.major, right.minor))
        return ranks.0 == ranks.1 ? left.name > right.name : ranks.0 < ranks.1
    }

    /// `v1beta2` as major 1, stage 1, minor 2.
    private static func parse(_ name: String) -> (Int, Int, Int)? {
        guard name.hasPrefix("v") else { return nil }
        let digits = name.dropFirst().prefix(while: \.isNumber)
        guard let major = Int(digits) else { return nil }
        let rest = name.dropFirst(1 + digits.count)
        if rest.isEmpty { return (major, 2, 0) }
        for (word, stage) in [("beta", 1), ("alpha", 0)] where rest.hasPrefix(word) {
            return Int(rest.dropFirst(word.count)).map { (major, stage, $0) }
        }
        return nil
    }
}
