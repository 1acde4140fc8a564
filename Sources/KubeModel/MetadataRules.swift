import Base

/// What `metadata` must be, for every kind alike.
package enum MetadataRules {
    /// The greatest size of all annotations together, keys and values.
    package static let annotationBytesMax = 256 * 1024

    /// All faults of an object's metadata, in the order and words of Kubernetes.
    ///
    /// A name that the server is to complete from `generateName` must be complete by now.
    package static func faults(_ object: KubeObject, isNamespaced: Bool, name rule: NameRule) -> [FieldFault] {
        let metadata = object.metadata
        return nameFaults(metadata, isNamespaced, rule) + generationFaults(metadata) + labelFaults(metadata)
            + annotationFaults(metadata) + ownerFaults(metadata) + finalizerFaults(metadata)
            + managedFieldFaults(metadata)
    }

    private static func nameFaults(_ metadata: JSON, _ isNamespaced: Bool, _ rule: NameRule) -> [FieldFault] {
        var faults: [FieldFault] = []
        if let prefix = metadata["generateName"].string, !prefix.isEmpty {
            faults += rule.prefixFaults(prefix).map { .invalid("metadata.generateName", .string(prefix), $0) }
        }
        let name = metadata["name"].string ?? ""
        if name.isEmpty {
            faults.append(.required("metadata.name", "name or generateName is required"))
        } else {
            faults += rule.faults(name).map { .invalid("metadata.name", .string(name), $0) }
        }
        let namespace = metadata["namespace"].string ?? ""
        if isNamespaced {
            if namespace.isEmpty {
                faults.append(.required("metadata.namespace"))
            } else {
                let details = NameRule.dns1123Label.faults(namespace)
                faults += details.map { .invalid("metadata.namespace", .string(namespace), $0) }
            }
        } else if !namespace.isEmpty {
            faults.append(.forbidden("metadata.namespace", "not allowed on this type"))
        }
        return faults
    }

    private static func generationFaults(_ metadata: JSON) -> [FieldFault] {
        guard let generation = metadata["generation"].int, generation < 0 else { return [] }
        return [.invalid("metadata.generation", .int(Int64(generation)), "must be greater than or equal to 0")]
    }

    /// All faults of labels at a path; also for the labels of a pod template.
    package static func labelFaults(_ labels: [String: String], at path: String) -> [FieldFault] {
        labels.sorted { $0.key < $1.key }.flatMap { key, value in
            NameRule.qualifiedName.faults(key).map { FieldFault.invalid(path, .string(key), $0) }
                + NameRule.labelValue.faults(value).map { FieldFault.invalid(path, .string(value), $0) }
        }
    }

    private static func labelFaults(_ metadata: JSON) -> [FieldFault] {
        labelFaults(metadata["labels"].stringMap, at: "metadata.labels")
    }

    private static func annotationFaults(_ metadata: JSON) -> [FieldFault] {
        let annotations = metadata["annotations"].stringMap
        var faults = annotations.keys.sorted().flatMap { key in
            // Upper case counts as lower here: annotations' keys were once free.
            NameRule.qualifiedName.faults(key.lowercased())
                .map { FieldFault.invalid("metadata.annotations", .string(key), $0) }
        }
        let bytes = annotations.reduce(0) { $0 + $1.key.utf8.count + $1.value.utf8.count }
        if bytes > annotationBytesMax {
            let message = "Too long: may not be more than \(annotationBytesMax) bytes"
            faults.append(FieldFault(.tooLong, "metadata.annotations", message))
        }
        return faults
    }

    private static func ownerFaults(_ metadata: JSON) -> [FieldFault] {
        let owners = metadata["ownerReferences"].array ?? []
        var faults = owners.flatMap(ownerFaults(of:))
        if owners.count(where: { $0["controller"].bool == true }) > 1 {
            let names = owners.filter { $0["controller"].bool == true }
                .map { "\($0["kind"].string ?? "")/\($0["name"].string ?? "")" }
            let detail =
                "Only one reference can have Controller set to true. Found \"true\" in references for "
                + names.joined(separator: " and ")
            faults.append(.invalid("metadata.ownerReferences", metadata["ownerReferences"], detail))
        }
        return faults
    }

    private static func ownerFaults(of owner: JSON) -> [FieldFault] {
        let path = "metadata.ownerReferences"
        var faults: [FieldFault] = []
        if (owner["apiVersion"].string ?? "").isEmpty {
            faults.append(.invalid("\(path).apiVersion", "", "version must not be empty"))
        }
        for field in ["kind", "name", "uid"] where (owner[field].string ?? "").isEmpty {
            faults.append(.invalid("\(path).\(field)", "", "must not be empty"))
        }
        if owner["kind"].string == "Event", owner["apiVersion"].string == "v1" {
            faults.append(.invalid(path, owner, "/v1, Kind=Event is disallowed from being an owner"))
        }
        return faults
    }

    private static func finalizerFaults(_ metadata: JSON) -> [FieldFault] {
        let path = "metadata.finalizers"
        let finalizers = metadata["finalizers"].strings
        var faults = finalizers.flatMap { finalizer in
            NameRule.qualifiedName.faults(finalizer).map { FieldFault.invalid(path, .string(finalizer), $0) }
        }
        if finalizers.contains("orphan"), finalizers.contains("foregroundDeletion") {
            let detail = "finalizer orphan and foregroundDeletion cannot be both set"
            faults.append(.invalid(path, JSON(finalizers), detail))
        }
        return faults
    }

    private static func managedFieldFaults(_ metadata: JSON) -> [FieldFault] {
        (metadata["managedFields"].array ?? []).enumerated().flatMap { index, entry -> [FieldFault] in
            let path = "metadata.managedFields[\(index)]"
            var faults: [FieldFault] = []
            if !["Apply", "Update"].contains(entry["operation"].string) {
                faults.append(.invalid("\(path).operation", entry["operation"], "must be `Apply` or `Update`"))
            }
            if let type = entry["fieldsType"].string, type != "FieldsV1" {
                faults.append(.invalid("\(path).fieldsType", .string(type), "must be `FieldsV1`"))
            }
            return faults
        }
    }
}
