import Base
import KubeModel

// What a webhook refuses of a revision's annotations, in Knative's words.
extension RevisionScaling {
    /// What is wrong, sorted by what it is; empty where all is well.
    package static func faults(in annotations: [String: String], _ config: AutoscalerConfig) -> [AnnotationFault] {
        let checker = AnnotationChecker(annotations: ScalingAnnotations(annotations), config: config)
        let faults =
            checker.autoscalerClass() + checker.scales() + checker.numbers() + checker.window() + checker.durations()
            + checker.metric() + checker.algorithm() + checker.initialScale()
        return faults.sorted { ($0.what, $0.where) < ($1.what, $1.where) }
    }
}

/// What is wrong with an annotation.
package struct AnnotationFault: Equatable, Sendable, CustomStringConvertible {
    /// What is wrong.
    package let what: String
    /// The annotation's name, or several of them.
    package let `where`: String

    package var description: String { "\(what): \(`where`)" }

    fileprivate init(_ what: String, at name: String) {
        self.what = what
        self.where = name
    }
}

/// Checks annotations one by one.
private struct AnnotationChecker {
    let annotations: ScalingAnnotations
    let config: AutoscalerConfig

    private func invalid(_ found: (name: String, value: String)) -> AnnotationFault {
        AnnotationFault("invalid value: \(found.value)", at: found.name)
    }

    private func outside(_ found: (name: String, value: String), _ least: String, _ most: String) -> AnnotationFault {
        AnnotationFault("expected \(least) <= \(found.value) <= \(most)", at: found.name)
    }

    func autoscalerClass() -> [AnnotationFault] {
        guard let found = annotations[.autoscalerClass], found.value.hasSuffix(".knative.dev"),
            found.value != AutoscalerConfig.knativeClass, found.value != AutoscalerConfig.horizontalClass
        else { return [] }
        return [invalid(found)]
    }

    // MARK: scales

    func scales() -> [AnnotationFault] {
        var faults: [AnnotationFault] = []
        let least = scale(.minScale, &faults)
        let most = scale(.maxScale, &faults)
        if most != 0, most < least {
            let names = [ScalingAnnotations.Key.maxScale, .minScale].map { $0.names[0] }.joined(separator: ", ")
            faults.append(AnnotationFault("max-scale=\(most) is less than min-scale=\(least)", at: names))
        }
        if let found = annotations[.maxScale], config.maxScaleLimit != 0 {
            if most > config.maxScaleLimit {
                faults.append(outside((found.name, String(most)), "1", String(config.maxScaleLimit)))
            }
            if most == 0 {
                faults.append(
                    AnnotationFault(
                        "max-scale=0 (unlimited), must be less than \(config.maxScaleLimit)",
                        at: found.name
                    )
                )
            }
        }
        return faults + activation(least, most)
    }

    private func scale(_ key: ScalingAnnotations.Key, _ faults: inout [AnnotationFault]) -> Int {
        guard let found = annotations[key] else { return 0 }
        if let scale = annotations.integer(key), scale >= 0 { return scale }
        faults.append(found.value.isInteger ? outside(found, "0", "2147483647") : invalid(found))
        return 0
    }

    private func activation(_ least: Int, _ most: Int) -> [AnnotationFault] {
        guard let found = annotations[.activationScale] else { return [] }
        guard let scale = annotations.integer(.activationScale) else { return [invalid(found)] }
        if least > scale {
            return [AnnotationFault("min-scale=\(least) is greater than activation-scale=\(scale)", at: found.name)]
        }
        if most < scale, most != 0 {
            return [AnnotationFault("max-scale=\(most) is less than activation-scale=\(scale)", at: found.name)]
        }
        return scale < 2 ? [AnnotationFault("activation-scale=\(scale) must be greater than 1", at: found.name)] : []
    }

    func initialScale() -> [AnnotationFault] {
        guard let found = annotations[.initialScale] else { return [] }
        guard let scale = Int(found.value) else { return [invalid(found)] }
        if scale < 0 {
            return [AnnotationFault("invalid value: \(found.value)", at: "\(found.name) must be greater than 0")]
        }
        return scale == 0 && !config.allowZeroInitialScale
            ? [AnnotationFault("invalid value: \(found.value)", at: "\(found.name)=0 not allowed by cluster")] : []
    }

    // MARK: numbers

    func numbers() -> [AnnotationFault] {
        number(.panicWindowPercentage) { AutoscalerConfig.panicWindows.contains($0) ? nil : outside($1, "1", "100") }
            + number(.panicThresholdPercentage) { 110...1000 ~= $0 ? nil : outside($1, "110", "1000") }
            + number(.target) {
                $0 < AutoscalerConfig.targetMin
                    ? AnnotationFault(
                        "target \($1.value) should be at least \(AutoscalerConfig.targetMin)",
                        at: $1.name
                    ) : nil
            }
            + number(.targetUtilizationPercentage) { 1...100 ~= $0 ? nil : outside($1, "1", "100") }
            + number(.targetBurstCapacity) { $0 < 0 && $0 != -1 ? invalid($1) : nil }
    }

    private func number(
        _ key: ScalingAnnotations.Key,
        _ fault: (Double, (name: String, value: String)) -> AnnotationFault?
    ) -> [AnnotationFault] {
        guard let found = annotations[key] else { return [] }
        guard let number = Double(found.value) else { return [invalid(found)] }
        return fault(number, found).map { [$0] } ?? []
    }

    // MARK: durations

    func window() -> [AnnotationFault] { duration(.window, from: .seconds(6), "6s") }

    func durations() -> [AnnotationFault] {
        duration(.scaleToZeroPodRetentionPeriod, from: .zero, "0s", allowsFractions: true)
            + duration(.scaleDownDelay, from: .zero, "0s")
    }

    private func duration(
        _ key: ScalingAnnotations.Key,
        from least: Duration,
        _ spelling: String,
        allowsFractions: Bool = false
    ) -> [AnnotationFault] {
        guard let found = annotations[key] else { return [] }
        guard let duration = annotations.duration(key) else { return [invalid(found)] }
        guard (least...AutoscalerConfig.windows.upperBound).contains(duration) else {
            return [outside(found, spelling, "1h0m0s")]
        }
        let isPrecise = allowsFractions || duration.isWholeSeconds
        return isPrecise ? [] : [AnnotationFault("must be specified with at most second precision", at: found.name)]
    }

    // MARK: metrics

    func metric() -> [AnnotationFault] {
        guard let found = annotations[.metric] else { return [] }
        let isKnown =
            switch annotations[.autoscalerClass]?.value ?? config.podAutoscalerClass {
            case AutoscalerConfig.knativeClass: found.value == "concurrency" || found.value == "rps"
            case AutoscalerConfig.horizontalClass: !found.value.isEmpty
            default: true
            }
        return isKnown ? [] : [invalid(found)]
    }

    func algorithm() -> [AnnotationFault] {
        guard annotations[.autoscalerClass]?.value == AutoscalerConfig.knativeClass,
            let found = annotations[.metricAggregationAlgorithm], !found.value.isEmpty
        else { return [] }
        let known = ["linear", "weighted-exponential", "weightedExponential"]
        return known.contains(found.value) ? [] : [invalid(found)]
    }
}
