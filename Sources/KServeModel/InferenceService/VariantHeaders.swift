package import Base

extension InferenceService {
    /// The header matches by which requests choose a version themselves, by the version's name; as HTTPRoutes have them.
    package var variantHeaders: [String: [JSON]] {
        let versions = [predictor] + canaries.map(\.predictor)
        let chosen = versions.compactMap { version in version.json["headers"].array.map { (version.variant, $0) } }
        return Dictionary(chosen, uniquingKeysWith: { first, _ in first })
    }

    /// What is wrong with a version's header matches; nil where they are right.
    var variantHeadersFault: String? {
        for (name, matches) in variantHeaders.sorted(by: { $0.key < $1.key }) {
            if name.isEmpty { return "spec.predictor.headers: only a version with a name can be chosen by header" }
            if let fault = matches.lazy.compactMap(InferenceService.headerFault).first {
                return "headers of version \"\(name)\": \(fault)"
            }
        }
        return nil
    }

    private static func headerFault(_ match: JSON) -> String? {
        if match["name"].string?.isEmpty ?? true { return "name: required value" }
        if match["value"].string?.isEmpty ?? true { return "value: required value" }
        let isKnown = match["type"].isNull || ["Exact", "RegularExpression"].contains(match["type"].string)
        return isKnown ? nil : "type: must be Exact or RegularExpression, was \(match["type"].text)"
    }
}
