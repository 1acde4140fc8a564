import Base
import KubeModel

/// The rules of a pod's spec, in a pod or in a template.
enum PodSpecValidation {
    /// Where a spec stands: what restarts it may ask for differs.
    enum Place {
        case pod
        /// Deployment, ReplicaSet: always restarted.
        case lastingTemplate
        /// Job: never `Always`.
        case endingTemplate
    }

    static func faults(of spec: JSON, at path: String, place: Place) -> [FieldFault] {
        let volumes = spec.elements("volumes")
        var faults = volumes.enumerated().flatMap { index, volume in
            VolumeValidation.faults(of: volume, at: "\(path).volumes[\(index)]")
        }
        faults += FieldChecks.uniqueNames(volumes, at: "\(path).volumes")
        faults += containerFaults(spec, at: path)
        faults += policyFaults(spec, at: path)
        faults += identityFaults(spec, at: path)
        faults += placeFaults(spec, at: path, place)
        return faults
    }

    private static func containerFaults(_ spec: JSON, at path: String) -> [FieldFault] {
        let volumes = Set(spec.elements("volumes").map { $0.text("name") })
        var faults: [FieldFault] = []
        if spec.elements("containers").isEmpty { faults.append(.required("\(path).containers")) }
        var names: Set<String> = []
        for (list, isInit) in [("containers", false), ("initContainers", true)] {
            for (index, container) in spec.elements(list).enumerated() {
                let place = "\(path).\(list)[\(index)]"
                faults += ContainerValidation.faults(of: container, at: place, volumes: volumes, isInit: isInit)
                let name = container.text("name")
                if !name.isEmpty, !names.insert(name).inserted {
                    faults.append(.duplicate("\(place).name", .string(name)))
                }
            }
        }
        return faults
    }

    private static func policyFaults(_ spec: JSON, at path: String) -> [FieldFault] {
        var faults = FieldChecks.oneOf(["Always", "OnFailure", "Never"], "restartPolicy", in: spec, at: path)
        let dns = ["ClusterFirstWithHostNet", "ClusterFirst", "Default", "None"]
        faults += FieldChecks.oneOf(dns, "dnsPolicy", in: spec, at: path)
        faults += FieldChecks.notNegative(["terminationGracePeriodSeconds"], in: spec, at: path)
        if let deadline = spec["activeDeadlineSeconds"].int, !(1...Int(UInt32.max)).contains(deadline) {
            let words = "must be between 1 and \(UInt32.max), inclusive"
            faults.append(.invalid("\(path).activeDeadlineSeconds", spec["activeDeadlineSeconds"], words))
        }
        faults += MetadataRules.labelFaults(spec["nodeSelector"].stringMap, at: "\(path).nodeSelector")
        for (index, toleration) in spec.elements("tolerations").enumerated() {
            faults += tolerationFaults(toleration, at: "\(path).tolerations[\(index)]")
        }
        return faults
    }

    private static func tolerationFaults(_ toleration: JSON, at path: String) -> [FieldFault] {
        var faults = FieldChecks.follows(.qualifiedName, "key", in: toleration, at: path)
        let asksExistence = toleration.text("operator") == "Exists"
        if toleration.text("key").isEmpty, !asksExistence {
            let words = "operator must be Exists when `key` is empty, which means \"match all values and all keys\""
            faults.append(.invalid("\(path).operator", toleration["operator"], words))
        }
        if asksExistence, !toleration.text("value").isEmpty {
            faults.append(.invalid("\(path).operator", toleration, "value must be empty when `operator` is 'Exists'"))
        }
        if !toleration["tolerationSeconds"].isNull, toleration.text("effect") != "NoExecute" {
            let words = "effect must be 'NoExecute' when `tolerationSeconds` is set"
            faults.append(.invalid("\(path).effect", toleration["effect"], words))
        }
        let effects = ["NoSchedule", "PreferNoSchedule", "NoExecute"]
        return toleration.text("effect").isEmpty
            ? faults : faults + FieldChecks.oneOf(effects, "effect", in: toleration, at: path)
    }

    private static func identityFaults(_ spec: JSON, at path: String) -> [FieldFault] {
        FieldChecks.follows(.dns1123Subdomain, "serviceAccountName", in: spec, at: path)
            + FieldChecks.follows(.dns1123Subdomain, "nodeName", in: spec, at: path)
            + FieldChecks.follows(.dns1123Label, "hostname", in: spec, at: path)
            + FieldChecks.follows(.dns1123Label, "subdomain", in: spec, at: path)
            + FieldChecks.follows(.dns1123Subdomain, "priorityClassName", in: spec, at: path)
    }

    private static func placeFaults(_ spec: JSON, at path: String, _ place: Place) -> [FieldFault] {
        let policy = spec.text("restartPolicy")
        switch place {
        case .pod: return []
        case .endingTemplate:
            guard policy == "Always" || policy.isEmpty else { return [] }
            return [.required("\(path).restartPolicy", "valid values: \"OnFailure\", \"Never\"")]
        case .lastingTemplate:
            var faults: [FieldFault] = []
            if policy != "Always" {
                faults.append(.notSupported("\(path).restartPolicy", spec["restartPolicy"], ["Always"]))
            }
            if !spec["activeDeadlineSeconds"].isNull {
                let words = "activeDeadlineSeconds in ReplicaSet is not Supported"
                faults.append(.forbidden("\(path).activeDeadlineSeconds", words))
            }
            return faults
        }
    }
}

/// The rules of one volume of a pod.
enum VolumeValidation {
    static func faults(of volume: JSON, at path: String) -> [FieldFault] {
        var faults = FieldChecks.named(.dns1123Label, "name", in: volume, at: path)
        let sources = (volume.object ?? [:]).keys.filter { $0 != "name" }.sorted()
        if sources.isEmpty { faults.append(.required(path, "must specify a volume type")) }
        for extra in sources.dropFirst() {
            faults.append(.forbidden("\(path).\(extra)", "may not specify more than 1 volume type"))
        }
        guard let source = sources.first else { return faults }
        let inner = "\(path).\(source)"
        switch source {
        case "secret": faults += FieldChecks.required("secretName", in: volume[source], at: inner)
        case "configMap": faults += FieldChecks.required("name", in: volume[source], at: inner)
        case "hostPath": faults += FieldChecks.required("path", in: volume[source], at: inner)
        case "persistentVolumeClaim": faults += FieldChecks.required("claimName", in: volume[source], at: inner)
        default: break
        }
        return faults + itemFaults(volume[source], at: inner)
    }

    /// Files that a volume shows must stay inside it.
    private static func itemFaults(_ source: JSON, at path: String) -> [FieldFault] {
        source.elements("items").enumerated().flatMap { index, item in
            let place = "\(path).items[\(index)].path"
            let file = item.text("path")
            if file.isEmpty { return [FieldFault.required(place)] }
            if file.hasPrefix("/") { return [.invalid(place, item["path"], "must be a relative path")] }
            let climbs = file.split(separator: "/").contains("..")
            return climbs ? [.invalid(place, item["path"], "must not contain '..'")] : []
        }
    }
}
