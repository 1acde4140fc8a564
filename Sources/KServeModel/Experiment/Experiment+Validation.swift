import Base
import KubeModel

extension Experiment {
    /// Bounds of what an experiment may ask for.
    private enum Limits {
        static let steps = 50
        static let gates = 20
        static let intervalMin = Duration.seconds(1)
    }

    /// Everything that is wrong with it, each with its field.
    var faults: [String] {
        let spec = object.spec
        var faults: [String] = []
        if !(0.5..<1).contains(confidence) {
            faults.append("spec.confidence: must be at least 0.5 and less than 1, was \(confidence)")
        }
        faults += Experiment.durationFaults(spec["interval"], "spec.interval", least: Limits.intervalMin)
        faults += Experiment.durationFaults(spec["metric"]["slowerThan"], "spec.metric.slowerThan", least: .zero)
        if !spec["metric"]["slowerThan"].isNull, metric != .latency {
            faults.append("spec.metric.slowerThan: is for metric latency only")
        }
        switch policy {
        case .fixed: break
        case .bandit(let settings): faults += Experiment.faults(of: settings)
        case .progressive(let settings): faults += self.faults(of: settings)
        }
        return faults
    }

    private static func faults(of settings: BanditSettings) -> [String] {
        let field = "spec.policy.bandit"
        var faults: [String] = []
        if !(0...1).contains(settings.epsilon) {
            faults.append("\(field).epsilon: must be between 0 and 1, was \(settings.epsilon)")
        }
        if settings.minWeight < 0 || settings.maxWeight > 100 || settings.minWeight > settings.maxWeight {
            let range = "\(settings.minWeight)…\(settings.maxWeight)"
            faults.append("\(field): minWeight and maxWeight must be a range within 0…100, were \(range)")
        }
        return faults
    }

    private func faults(of settings: ProgressiveSettings) -> [String] {
        let field = "spec.policy.progressive"
        let json = object.spec["policy"]["progressive"]
        var faults: [String] = []
        if settings.steps.isEmpty { faults.append("\(field).steps: at least one is needed") }
        if settings.steps.count > Limits.steps { faults.append("\(field).steps: at most \(Limits.steps)") }
        if settings.gates.count > Limits.gates { faults.append("\(field).gates: at most \(Limits.gates)") }
        if settings.minimumRequests < 0 { faults.append("\(field).minimumRequests: must not be negative") }
        if let candidate = settings.candidate, candidate == baseline {
            faults.append("\(field).candidate: is the baseline \"\(candidate)\"")
        }
        for (index, step) in settings.steps.enumerated() {
            let place = "\(field).steps[\(index)]"
            if !(1...100).contains(step.weight) {
                faults.append("\(place).weight: must be between 1 and 100, was \(step.weight)")
            }
            faults += Experiment.durationFaults(json["steps"][index]["pause"], "\(place).pause", least: .zero)
        }
        for (index, gate) in settings.gates.enumerated() {
            faults += Experiment.faults(of: gate, at: "\(field).gates[\(index)]")
        }
        return faults
    }

    private static func faults(of gate: ProgressiveSettings.Gate, at place: String) -> [String] {
        var faults: [String] = []
        if gate.max != nil, gate.metric != .errorRate { faults.append("\(place).max: is for metric errorRate only") }
        if gate.min != nil, gate.metric != .reward { faults.append("\(place).min: is for metric reward only") }
        if gate.maxMilliseconds != nil, gate.metric != .latency {
            faults.append("\(place).maxMilliseconds: is for metric latency only")
        }
        if let most = gate.max, !(0...1).contains(most) {
            faults.append("\(place).max: must be a share between 0 and 1, was \(most)")
        }
        if let most = gate.maxMilliseconds, most <= 0 {
            faults.append("\(place).maxMilliseconds: must be above 0, was \(most)")
        }
        if gate.quantile <= 0 || gate.quantile >= 1 {
            faults.append("\(place).quantile: must be between 0 and 1, was \(gate.quantile)")
        }
        return faults
    }

    private static func durationFaults(_ json: JSON, _ field: String, least: Duration) -> [String] {
        guard let text = json.string else { return [] }
        do {
            let duration = try Duration(kubernetes: text)
            return duration < least ? ["\(field): must be at least \(least.seconds) s, was \(text)"] : []
        } catch {
            return ["\(field): \(error)"]
        }
    }
}
