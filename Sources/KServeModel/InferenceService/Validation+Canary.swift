import Base
import KubeModel

extension InferenceService {
    /// The rules of `spec.canary`.
    var canaryFault: String? {
        if let fault = percentFault { return fault }
        guard !canaries.isEmpty else { return nil }
        if predictor.storageURI == nil, predictor.model == nil {
            return "canary requires a stable predictor with a model (multi-model serving is not supported with canary)"
        }
        var names: Set<String> = []
        for (index, canary) in canaries.enumerated() {
            let name = canary.predictor.variant
            if name.isEmpty { return "canary[\(index)] predictor.name is required" }
            if !names.insert(name).inserted { return "canary predictor.name \"\(name)\" is duplicated" }
            if let fault = fault(of: canary, name) { return fault }
        }
        let sum = canaries.reduce(0) { $0 + $1.trafficPercent }
        return sum > 100 ? "sum of canary trafficPercent values (\(sum)) must be <= 100" : nil
    }

    private var percentFault: String? {
        guard let percent = predictor.canaryTrafficPercent else { return nil }
        let field = "spec.predictor.canaryTrafficPercent"
        if !(0...100).contains(percent) { return "\(field): must be 0 to 100, was \(percent)" }
        return canaries.isEmpty ? nil : "\(field): must not be set beside canary or several componentSpecs"
    }

    private func fault(of canary: Canary, _ name: String) -> String? {
        if name == predictor.variant { return "canary predictor.name \"\(name)\" conflicts with stable predictor name" }
        if !(0...100).contains(canary.trafficPercent) {
            return "canary \"\(name)\" trafficPercent must be between 0 and 100, got \(canary.trafficPercent)"
        }
        if let fault = canary.predictor.fault { return "canary \"\(name)\" predictor: \(fault)" }
        if !canary.predictor.json["workerSpec"].isNull {
            return "canary \"\(name)\" must not set workerSpec (multi-node is not yet supported for canary)"
        }
        let fixed = ["maxReplicas", "scaleTarget", "scaleMetric", "autoScaling"]
        if let field = fixed.first(where: { !canary.predictor.json[$0].isNull }) {
            return "canary \"\(name)\" must not set \(field) (canary uses fixed replicas)"
        }
        let most = predictor.minReplicas ?? 1
        if let least = canary.predictor.minReplicas, least > most {
            return "canary \"\(name)\" minReplicas (\(least)) must not exceed stable predictor minReplicas (\(most))"
        }
        return nil
    }
}
