import Base
import KubeModel
import Scaling
import TestKit
import Testing

/// Kubernetes' own controller, replica calculator and normalization, decision for decision.
@Suite struct HorizontalScalerTests {
    private static let start = WallTime(seconds: 1_000_000)

    // MARK: replica calculator

    @Test func everyMetricAsksForWhatItAsksForInKubernetes() throws {
        try Golden("hpa", "replica-calculator").replay { item in
            let out = item["out"]
            let result = Result { () throws(ScalingFault) in try Self.calculate(item) }
            switch result {
            case .failure(let fault):
                return difference("fault", fault.description, out["error"].string ?? "none")
            case .success(let proposal):
                if let error = out["error"].string { return "no fault, recorded is \(error)" }
                let usage = out["rawMilli"].isNull ? out["usageMilli"] : out["rawMilli"]
                return difference("replicas", proposal.replicas, out["replicas"].int ?? -1)
                    ?? difference("usage", proposal.usage, Int64(usage.int ?? -1))
                    ?? difference("utilization", proposal.utilization, out["utilization"].int)
            }
        }
    }

    private static func calculate(_ item: JSON) throws(ScalingFault) -> ReplicaCalculator.Proposal {
        var rules = ReplicaCalculator.Rules()
        rules.toleranceUp = item["toleranceUp"].double ?? 0
        rules.toleranceDown = item["toleranceDown"].double ?? 0
        rules.cpuInitializationPeriod = .seconds(item["cpuInitializationPeriodSeconds"].int ?? 0)
        rules.initialReadinessDelay = .seconds(item["initialReadinessDelaySeconds"].int ?? 0)
        let pods = (item["pods"].array ?? []).map { pod(podOf: $0) }
        let calculator = ReplicaCalculator(rules, pods: pods, now: start)
        let current = item["currentReplicas"].int ?? 0
        let target = Quantity(item["target"])?.milliValue ?? 0
        let resource = item["resource"].string ?? ""
        let container = item["container"].string.flatMap { $0.isEmpty ? nil : $0 }
        func sum() -> Int64 {
            (item["values"].array ?? []).reduce(0) { total, value in
                let (sum, overflows) = total.addingReportingOverflow(Quantity(value)?.milliValue ?? 0)
                return overflows ? .max : sum
            }
        }
        func measured() throws(ScalingFault) -> [String: Measurement] {
            let readings = resourceReadings(item["pods"], resource, container)
            guard case .pods(let measured) = try readings.get() else { return [:] }
            return measured
        }
        switch item["function"].string {
        case "resourceUtilization":
            return try unreadable("unable to get metrics for resource \(resource): ") { () throws(ScalingFault) in
                try calculator.utilization(
                    of: resource,
                    container: container,
                    target: item["targetUtilization"].int ?? 0,
                    current: current,
                    measured: try measured()
                )
            }
        case "resourceRaw":
            return try unreadable("unable to get metrics for resource \(resource): ") { () throws(ScalingFault) in
                try calculator.average(of: resource, target: target, current: current, measured: try measured())
            }
        case "podsMetric":
            return try unreadable("unable to get metric qps: ") { () throws(ScalingFault) in
                guard case .pods(let measured) = try podsReading(item["values"]).get() else {
                    throw ScalingFault("no pods")
                }
                return try calculator.average(of: nil, target: target, current: current, measured: measured)
            }
        case "object":
            let usage = Quantity(item["value"])?.milliValue ?? 0
            return try calculator.whole(usage: usage, target: target, current: current)
        case "external": return try calculator.whole(usage: sum(), target: target, current: current)
        case "objectPerPod":
            return calculator.share(usage: Quantity(item["value"])?.milliValue ?? 0, target: target, current: current)
        default: return calculator.share(usage: sum(), target: target, current: current)
        }
    }

    /// What the controller says before a fault of reading; the calculator itself does not read.
    private static func unreadable(
        _ place: String,
        _ body: () throws(ScalingFault) -> ReplicaCalculator.Proposal
    ) throws(ScalingFault) -> ReplicaCalculator.Proposal {
        do throws(ScalingFault) {
            return try body()
        } catch {
            throw error.description.hasPrefix("no metrics returned from") ? ScalingFault("\(place)\(error)") : error
        }
    }

    // MARK: normalization

    @Test func whatIsAskedForIsLimitedAsInKubernetes() throws {
        try Golden("hpa", "normalize").replay { item in
            func entries(_ list: JSON) -> [ScaleHistory.Entry] {
                (list.array ?? []).map {
                    ScaleHistory.Entry($0[0].int ?? 0, at: Self.start + .seconds(-($0[1].int ?? 0)))
                }
            }
            var history = ScaleHistory()
            history.recommendations = entries(item["recommendations"])
            history.added = entries(item["scaleUpEvents"])
            history.removed = entries(item["scaleDownEvents"])
            let behavior = item["behavior"]
            let least = item["minReplicas"].int ?? 0
            let limiter = ScaleLimiter(
                bounds: least...max(least, item["maxReplicas"].int ?? 0),
                behavior: behavior.isNull
                    ? nil
                    : ScaleBehavior(
                        up: ScaleRules(behavior["scaleUp"], policies: [], window: nil),
                        down: ScaleRules(behavior["scaleDown"], policies: [], window: nil)
                    ),
                downscaleWindow: .seconds(item["downscaleStabilizationSeconds"].int ?? 0)
            )
            let current = item["currentReplicas"].int ?? 0
            let desired = item["desiredReplicas"].int ?? 0
            let limited = limiter.limit(desired, current: current, &history, now: Self.start)
            limiter.remember(from: current, to: limited.replicas, &history, now: Self.start)
            func ages(_ entries: [ScaleHistory.Entry]) -> JSON {
                .array(entries.map { [.int(Int64($0.count)), .int(Int64((Self.start - $0.at).seconds))] })
            }
            let state: JSON = [
                "recommendations": ages(history.recommendations), "scaleUpEvents": ages(history.added),
                "scaleDownEvents": ages(history.removed),
            ]
            let recorded = item["out"]["stateAfterStoringEvent"].object?.mapValues { $0.isNull ? .array([]) : $0 }
            return difference("replicas", limited.replicas, item["out"]["replicas"].int ?? -1)
                ?? difference("conditions", Self.texts(limited.conditions), item["out"]["conditions"])
                ?? difference("history", state, .object(recorded ?? [:]))
        }
    }

    private static func texts(_ conditions: [ScaleCondition]) -> JSON {
        .array(
            conditions.map {
                [
                    .string($0.kind.rawValue), .string($0.isTrue ? "True" : "False"), .string($0.reason),
                    .string($0.message),
                ]
            }
        )
    }

    // MARK: the whole controller

    @Test func theControllerDecidesAndTellsAsKubernetesDoes() throws {
        try Golden("hpa", "controller-traces").replay { item in
            var trace = Trace(item)
            for (index, step) in (item["steps"].array ?? []).enumerated() {
                if let wrong = trace.step(step) { return "step \(index): \(wrong)" }
            }
            return nil
        }
    }

    /// One object's way through several decisions.
    private struct Trace {
        private let spec: AutoscalerSpec
        private let scaler: HorizontalScaler
        private let metrics: [JSON]
        private var status = JSON.emptyObject
        private var history = ScaleHistory()

        init(_ item: JSON) {
            let flags = item["flags"]
            var settings = HorizontalScaler.Settings()
            settings.rules.toleranceUp = flags["tolerance"].double ?? 0
            settings.rules.toleranceDown = flags["tolerance"].double ?? 0
            settings.rules.cpuInitializationPeriod = .seconds(flags["cpuInitializationPeriodSeconds"].int ?? 0)
            settings.rules.initialReadinessDelay = .seconds(flags["initialReadinessDelaySeconds"].int ?? 0)
            settings.downscaleWindow = .seconds(flags["downscaleStabilizationSeconds"].int ?? 0)
            settings.scalesToZero = flags["HPAScaleToZero"].bool ?? false
            spec = AutoscalerSpec(item["defaultedSpec"], namespace: "ns")
            scaler = HorizontalScaler(spec, settings)
            metrics = item["defaultedSpec"]["metrics"].array ?? []
        }

        mutating func step(_ step: JSON) -> String? {
            let now = HorizontalScalerTests.start + .seconds(step["tSeconds"].int ?? 0)
            var decision: ScaleDecision
            if let error = step["scaleGetError"].string {
                decision = scaler.unreachable(error)
            } else {
                let seen = HorizontalScaler.Observation(
                    specReplicas: step["specReplicas"].int ?? 0,
                    statusReplicas: step["statusReplicas"].int ?? 0,
                    selector: step["selector"].string ?? "app=web",
                    pods: (step["pods"].array ?? []).map { HorizontalScalerTests.pod(podOf: $0, now: now) },
                    readings: metrics.map { HorizontalScalerTests.reading($0, step, now) }
                )
                decision = scaler.decide(seen, &history, now: now)
            }
            let fault = step["scaleUpdateError"].string
            decision = scaler.conclude(decision, fault: fault, &history, now: now)
            let before = status
            status = decision.status(after: status, now: now)
            let out = step["out"]
            let events = decision.events.map {
                JSON.string("\($0.isWarning ? "Warning" : "Normal") \($0.reason) \($0.message)")
            }
            return difference("size", decision.rescale, out["newSpecReplicas"].int)
                ?? difference("events", JSON.array(events), out["events"])
                ?? difference("fault", decision.fault, out["error"].string)
                ?? (out["statusWritten"].bool == true ? difference("status", recorded(status), out["status"]) : nil)
                ?? difference("whether the status changes", before != status, out["statusWritten"].bool ?? false)
        }

        /// The status as the recording spells it.
        private func recorded(_ status: JSON) -> JSON {
            func seconds(_ time: JSON) -> JSON {
                guard let time = time.string.flatMap({ WallTime(rfc3339: $0) }) else { return .null }
                return .int(Int64((time - HorizontalScalerTests.start).seconds))
            }
            return [
                "conditions": .array(
                    (status["conditions"].array ?? []).map {
                        [$0["type"], $0["status"], $0["reason"], $0["message"], seconds($0["lastTransitionTime"])]
                    }
                ),
                "currentMetrics": status["currentMetrics"],
                "currentReplicas": status["currentReplicas"].isNull ? 0 : status["currentReplicas"],
                "desiredReplicas": status["desiredReplicas"].isNull ? 0 : status["desiredReplicas"],
                "lastScaleTimeSeconds": seconds(status["lastScaleTime"]),
            ]
        }
    }

    // MARK: what the recordings see

    private static func pod(podOf json: JSON, now: WallTime = start) -> MeasuredPod {
        var pod = MeasuredPod(name: json["name"].string ?? "")
        pod.phase = json["phase"].string.flatMap { MeasuredPod.Phase(rawValue: $0) } ?? .running
        pod.isDeleting = json["deleting"].bool ?? false
        if json["ready"].string != "none" {
            let isReady: Bool? = json["ready"].string == "Unknown" ? nil : json["ready"].string != "False"
            pod.readiness = .init(isReady: isReady, since: now + .seconds(-(json["readySinceSeconds"].int ?? 4000)))
        }
        let started = json["startedSecondsAgo"].int ?? 4100
        pod.startedAt = started < 0 ? nil : now + .seconds(-started)
        func requests(_ processor: JSON, _ memory: JSON) -> [String: Int64] {
            ["cpu": processor, "memory": memory].compactMapValues { Quantity($0)?.milliValue }
        }
        pod.containers = [.init(name: "app", requests: requests(json["cpuRequest"], json["memoryRequest"]))]
        if !json["proxyCpuRequest"].isNull {
            pod.containers.append(.init(name: "proxy", requests: requests(json["proxyCpuRequest"], "64Mi")))
        }
        return pod
    }

    private static func reading(_ metric: JSON, _ step: JSON, _ now: WallTime) -> Result<MetricReading, ScalingFault> {
        let error = step["resourceMetricsError"].string
        switch metric["type"].string {
        case "Resource":
            if let error {
                return .failure(ScalingFault("unable to fetch metrics from resource metrics API: \(error)"))
            }
            return resourceReadings(step["pods"], metric["resource"]["name"].string ?? "", nil, now)
        case "ContainerResource":
            if let error {
                return .failure(ScalingFault("unable to fetch metrics from resource metrics API: \(error)"))
            }
            let body = metric["containerResource"]
            return resourceReadings(step["pods"], body["name"].string ?? "", body["container"].string, now)
        case "Pods":
            let name = metric["pods"]["metric"]["name"].string ?? ""
            guard !step["podsMetrics"][name].isNull else {
                let why = "the server could not find the metric \(name) for pods"
                return .failure(ScalingFault("unable to fetch metrics from custom metrics API: \(why)"))
            }
            return podsReading(step["podsMetrics"][name], now)
        case "Object":
            let name = metric["object"]["metric"]["name"].string ?? ""
            guard let value = Quantity(step["objectMetrics"][name]) else {
                let described = metric["object"]["describedObject"]
                let whom = "\(described["kind"].string ?? "") \(described["name"].string ?? "")"
                let why = "the server could not find the metric \(name) for \(whom)"
                return .failure(ScalingFault("unable to fetch metrics from custom metrics API: \(why)"))
            }
            return .success(.amount(value.milliValue))
        default:
            let name = metric["external"]["metric"]["name"].string ?? ""
            guard let values = step["externalMetrics"][name].array else {
                let why = "the server could not find the external metric \(name)"
                return .failure(ScalingFault("unable to fetch metrics from external metrics API: \(why)"))
            }
            return .success(.amount(values.reduce(0) { $0 + (Quantity($1)?.milliValue ?? 0) }))
        }
    }

    private static func podsReading(_ values: JSON, _ now: WallTime = start) -> Result<MetricReading, ScalingFault> {
        let measured = (values.object ?? [:]).mapValues {
            Measurement(milli: Quantity($0)?.milliValue ?? 0, takenAt: now, window: .seconds(60))
        }
        guard !measured.isEmpty else { return .failure(ScalingFault("no metrics returned from custom metrics API")) }
        return .success(.pods(measured))
    }

    private static func resourceReadings(
        _ pods: JSON,
        _ resource: String,
        _ container: String?,
        _ now: WallTime = start
    ) -> Result<MetricReading, ScalingFault> {
        var measured: [String: Measurement] = [:]
        var isAnyMeasured = false
        for pod in pods.array ?? [] {
            guard let used = Quantity(pod["\(resource)Usage"])?.milliValue else { continue }
            isAnyMeasured = true
            let hasProxy = !pod["proxyCpuRequest"].isNull
            let proxy = Quantity(resource == "cpu" ? pod["proxyCpuUsage"] : "10Mi")?.milliValue ?? 0
            let milli: Int64
            switch container {
            case nil: milli = used + (hasProxy ? proxy : 0)
            case "proxy":
                guard hasProxy else { continue }
                milli = proxy
            case "app": milli = used
            default: continue
            }
            measured[pod["name"].string ?? ""] = Measurement(
                milli: milli,
                takenAt: now + .seconds(-(pod["metricTakenSecondsAgo"].int ?? 0)),
                window: .seconds(30)
            )
        }
        guard isAnyMeasured else { return .failure(ScalingFault("no metrics returned from resource metrics API")) }
        return .success(.pods(measured))
    }
}
