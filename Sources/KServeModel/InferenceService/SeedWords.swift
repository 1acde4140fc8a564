import Base
import KubeModel

/// The seeds' spellings of things that upstream says otherwise. Stored objects have upstream's words only, so a seed word
/// in a written object is always news and wins over what was stored.
extension InferenceService {
    mutating func translateSeedWords() {
        translateVersions()
        for kind in Component.Kind.allCases where !object.spec[kind.rawValue].isNull {
            var component = object.spec[kind.rawValue]
            translateScaling(&component)
            object.spec[kind.rawValue] = component
        }
    }

    /// `metrics` where it names one, `target` and `targetUtilizationPercentage`.
    private func translateScaling(_ component: inout JSON) {
        if let metric = component["metrics"].string, ["cpu", "memory", "concurrency", "rps"].contains(metric) {
            component["scaleMetric"] = .string(metric)
            component["metrics"] = .null
        }
        if !component["target"].isNull {
            component["scaleTarget"] = component["target"]
            component["target"] = .null
        }
        if component["targetUtilizationPercentage"].double != nil {
            let percent = component["targetUtilizationPercentage"].text
            component[path: ["annotations", ScalingAnnotation.targetUtilization]] = .string(percent)
            component["targetUtilizationPercentage"] = .null
        }
    }

    /// `componentSpecs` with `traffic` → the first version as the predictor, the others as its canaries.
    private mutating func translateVersions() {
        let predictor = object.spec["predictor"]
        guard let versions = predictor["componentSpecs"].array, versionsFault == nil else { return }
        let shares = Dictionary(
            traffic.map { ($0["tag"].string ?? "", $0) },
            uniquingKeysWith: { first, _ in first }
        )
        let predictors = versions.map { version in
            var version = version
            version["headers"] = shares[version["name"].string ?? ""]?["headers"] ?? .null
            return version
        }
        var stable = predictor.object ?? [:]
        for name in ["componentSpecs", "traffic", "model", "headers"] { stable[name] = nil }
        stable.merge(predictors[0].object ?? [:]) { _, version in version }
        object.spec["predictor"] = .object(stable)
        object.spec["traffic"] = .null
        let canaries = predictors.dropFirst().map { version -> JSON in
            ["predictor": version, "trafficPercent": shares[version["name"].string ?? ""]?["percent"] ?? 0]
        }
        object.spec["canary"] = canaries.isEmpty ? .null : .array(canaries)
    }

    private var traffic: [JSON] {
        object.spec["predictor"]["traffic"].array ?? object.spec["traffic"].array ?? []
    }

    /// What is wrong with `componentSpecs` and `traffic`, naming the field; nil where they are right or not there.
    var versionsFault: String? {
        let trafficField = object.spec["predictor"]["traffic"].isNull ? "spec.traffic" : "spec.predictor.traffic"
        guard let versions = object.spec["predictor"]["componentSpecs"].array, !versions.isEmpty else {
            return traffic.isEmpty ? nil : "\(trafficField): needs spec.predictor.componentSpecs"
        }
        var names: Set<String> = []
        for (index, version) in versions.enumerated() {
            let field = "spec.predictor.componentSpecs[\(index)].name"
            guard let name = version["name"].string, !name.isEmpty else { return "\(field): required value" }
            guard names.insert(name).inserted else { return "\(field): duplicate value \"\(name)\"" }
        }
        if traffic.isEmpty {
            return versions.count == 1 ? nil : "\(trafficField): required with several componentSpecs"
        }
        return shareFault(trafficField, names)
    }

    private func shareFault(_ field: String, _ names: Set<String>) -> String? {
        var tags: Set<String> = []
        for (index, share) in traffic.enumerated() {
            let tag = share["tag"].string ?? ""
            guard names.contains(tag) else { return "\(field)[\(index)].tag: \"\(tag)\" names no component" }
            guard tags.insert(tag).inserted else { return "\(field)[\(index)].tag: duplicate value \"\(tag)\"" }
            let percent = share["percent"].int ?? -1
            guard (0...100).contains(percent) else {
                return "\(field)[\(index)].percent: must be 0 to 100, was \(percent)"
            }
        }
        let sum = traffic.reduce(0) { $0 + ($1["percent"].int ?? 0) }
        return sum == 100 ? nil : "\(field): percentages must add up to 100, were \(sum)"
    }
}
