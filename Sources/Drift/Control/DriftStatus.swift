package import Base
package import KServeModel
import KubeModel
package import Statistics

/// Writes what is known of a monitor as its status; `roost drift`, `kubectl` and the series read it.
package struct DriftStatus: Sendable {
    /// What people are told of as Events.
    package struct News: Equatable, Sendable {
        package let reason: String
        package let message: String
        package let isWarning: Bool
    }

    package private(set) var news: [News] = []
    private var json: JSON
    private var conditions: Conditions
    private let monitor: DriftMonitor
    private let now: WallTime

    /// Windows whose quality by labels is kept.
    private static let historyMax = 48

    /// Begins with what the object says.
    package init(_ monitor: DriftMonitor, now: WallTime) {
        self.monitor = monitor
        self.now = now
        json = monitor.object.status
        conditions = Conditions(json["conditions"], order: .byType)
        json["observedGeneration"] = .int(Int64(monitor.object.generation))
    }

    /// Windows that are done.
    package var windows: Int { json["window"]["number"].int ?? 0 }

    /// Whether enough rows or time have come; time begins with the first look at a window.
    package func isWindowOver(rows: Int) -> Bool {
        if let most = monitor.windowRows, rows >= most { return true }
        guard let time = monitor.windowTime, rows >= monitor.minimumRows,
            let since = json["current"]["since"].string.flatMap({ WallTime(rfc3339: $0) })
        else { return false }
        return now - since >= time
    }

    /// It cannot work now.
    mutating func refuse(_ fault: MonitorFault) {
        json["phase"] = "Waiting"
        conditions.set("Ready", .false, reason: fault.reason, message: fault.description, now: now)
    }

    /// It is learnt what is usual.
    package mutating func tellLearning(rows: Int, replicas: Int) {
        json["phase"] = "Learning"
        let message = "\(min(rows, monitor.referenceRows)) of \(monitor.referenceRows) rows of the reference have come"
        tellCurrent(rows: rows, replicas: replicas)
        conditions.set("Ready", .false, reason: "Learning", message: message, now: now)
    }

    /// Replicas watch.
    package mutating func tellWatching(rows: Int, replicas: Int, reference: Int) {
        json["phase"] = "Watching"
        json["reference"] = ["rows": .int(Int64(reference))]
        json["reference"]["source"] = .string(monitor.referenceURI ?? "the first rows")
        tellCurrent(rows: rows, replicas: replicas)
        conditions.set("Ready", .true, now: now)
    }

    private mutating func tellCurrent(rows: Int, replicas: Int) {
        let known = json["current"]["window"].int == windows + 1 ? json["current"]["since"].string : nil
        json["current"] = [
            "window": .int(Int64(windows + 1)), "rows": .int(Int64(rows)), "replicas": .int(Int64(replicas)),
            "since": .string(known ?? now.rfc3339Micro),
        ]
    }

    /// A window is done.
    package mutating func tell(_ verdict: WindowVerdict) {
        let consecutive = verdict.isDrifting ? (json["consecutive"].int ?? 0) + 1 : 0
        json["window"] = [
            "number": .int(Int64(windows + 1)), "rows": .int(Int64(verdict.rows)), "ended": .string(now.rfc3339Micro),
        ]
        json["window"]["since"] = json["current"]["since"]
        json["current"] = .null
        json["consecutive"] = .int(Int64(consecutive))
        json["verdict"] = .string(verdict.sentence)
        json["drifted"] = .string("\(verdict.drifted.count)/\(verdict.features.count)")
        json["features"] = .array(verdict.features.map(\.json))
        json["multivariate"] = verdict.discrepancyJSON
        json["outliers"] = verdict.outlierJSON
        keepHistory()
        decide(verdict, isDetected: consecutive >= monitor.thresholds.windows)
    }

    private mutating func decide(_ verdict: WindowVerdict, isDetected: Bool) {
        let was = conditions.isTrue("DriftDetected")
        if isDetected, !was { news.append(News(reason: "DriftDetected", message: verdict.sentence, isWarning: true)) }
        if !isDetected, was { news.append(News(reason: "DriftEnded", message: verdict.sentence, isWarning: false)) }
        conditions.set(
            "DriftDetected",
            Conditions.Status(isDetected),
            reason: isDetected ? "Drift" : verdict.isDrifting ? "NotLongEnough" : "NoDrift",
            message: verdict.sentence,
            now: now
        )
        let isValid = verdict.violated.isEmpty && !verdict.hasOutliers
        if !isValid, conditions.status("DataValid") != .false {
            news.append(News(reason: "UnknownData", message: verdict.sentence, isWarning: true))
        }
        conditions.set(
            "DataValid",
            Conditions.Status(isValid),
            reason: isValid ? "AsTheReference" : verdict.hasOutliers ? "Outliers" : "Violations",
            message: verdict.sentence,
            now: now
        )
    }

    /// How good the answers were whose labels have come.
    package mutating func tell(_ quality: LabelQuality) {
        let history = json["labels"]["history"]
        var labels: JSON = quality.count > 0 ? quality.json : .null
        if quality.count > 0 || !history.isNull { labels["history"] = history }
        json["labels"] = labels
    }

    private mutating func keepHistory() {
        guard var entry = json["labels"].object, !entry.isEmpty else { return }
        let history = entry.removeValue(forKey: "history")?.array ?? []
        entry["window"] = json["window"]["number"]
        entry["time"] = .string(now.rfc3339)
        json[path: ["labels", "history"]] = .array((history + [.object(entry)]).suffix(Self.historyMax))
    }

    /// The status to store.
    package func finished() -> JSON {
        var status = json
        status["conditions"] = conditions.json
        return status
    }
}

extension JSON {
    /// A number of a status, to six digits; null where it is not finite.
    fileprivate static func figure(_ value: Double?) -> JSON {
        guard let value, value.isFinite else { return .null }
        return .double(Figure.rounded(value, digits: 6))
    }
}

extension LabelQuality {
    fileprivate var json: JSON {
        var json: JSON = ["count": .int(Int64(count))]
        json["accuracy"] = .figure(accuracy)
        json["auc"] = .figure(auc)
        json["brier"] = .figure(brier)
        json["calibrationError"] = .figure(calibrationError)
        json["rootMeanSquareError"] = .figure(rootMeanSquareError)
        json["bias"] = .figure(bias)
        return json
    }
}

extension WindowVerdict {
    fileprivate var discrepancyJSON: JSON {
        guard let discrepancy else { return .null }
        return [
            "test": "meanDiscrepancy", "statistic": .figure(discrepancy.statistic),
            "pValue": .figure(discrepancy.pValue),
            "threshold": .double(discrepancyThreshold), "drifted": .bool(hasDiscrepancy),
        ]
    }

    fileprivate var outlierJSON: JSON {
        guard let outlierShare else { return .null }
        return [
            "share": .figure(outlierShare), "threshold": .double(outlierThreshold), "beyond": .bool(hasOutliers),
        ]
    }
}

extension FeatureVerdict {
    package var json: JSON {
        var json: JSON = [
            "name": .string(feature.name), "drifted": .bool(isDrifted), "tests": .array(tests.map(\.json)),
            "violations": [
                "missing": .int(Int64(violations.missing)), "outside": .int(Int64(violations.outside)),
                "wrongType": .int(Int64(violations.wrongType)), "beyond": .bool(violations.isBeyond),
            ],
            "reference": .array(referenceCounts.map { .int(Int64($0)) }),
            "current": .array(counts.map { .int(Int64($0)) }),
        ]
        switch feature.kind {
        case .number(let edges, let range):
            json["type"] = "numeric"
            json["edges"] = .array(edges.map { .double($0) })
            if let range { json["range"] = [.figure(range.lowerBound), .figure(range.upperBound)] }
        case .category(let names):
            json["type"] = "categorical"
            json["categories"] = JSON(names)
        }
        return json
    }
}

extension TestResult {
    package var json: JSON {
        var json: JSON = ["test": .string(test.rawValue), "drifted": .bool(isBeyond), "threshold": .double(threshold)]
        // Chances are told whole: they are held against other programs'.
        json["statistic"] = statistic.isFinite ? .double(statistic) : .null
        json["pValue"] = pValue.map { .double($0) } ?? .null
        json["correctedPValue"] = correctedPValue.map { .double($0) } ?? .null
        return json
    }
}
