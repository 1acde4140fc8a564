import Base
package import KubeModel
import Statistics

/// What `roost drift` shows of a monitor, read from its status: works with any server that has it.
package struct DriftReport: Sendable {
    private let object: KubeObject

    package init(_ object: KubeObject) { self.object = object }

    /// The columns with their tests, a head line first.
    package var table: [[String]] {
        var rows = [["COLUMN", "TYPE", "TEST", "STATISTIC", "P-VALUE", "CORRECTED", "MISSING", "OUTSIDE", "VERDICT"]]
        for feature in object.status["features"].array ?? [] {
            let tests = feature["tests"].array ?? []
            for (place, test) in tests.enumerated() {
                rows.append(DriftReport.row(feature, test, isFirst: place == 0))
            }
            if tests.isEmpty { rows.append(DriftReport.row(feature, .null, isFirst: true)) }
        }
        let whole = object.status["multivariate"]
        if !whole.isNull { rows.append(DriftReport.row(["name": "(rows)", "type": ""], whole, isFirst: true)) }
        return rows
    }

    private static func row(_ feature: JSON, _ test: JSON, isFirst: Bool) -> [String] {
        let violations = feature["violations"]
        func own(_ text: String) -> String { isFirst ? text : "" }
        return [
            own(feature["name"].string ?? ""), own(feature["type"].string ?? ""), test["test"].string ?? "-",
            figure(test["statistic"]), figure(test["pValue"]), figure(test["correctedPValue"]),
            own(violations["missing"].int.map(String.init) ?? ""),
            own(violations["outside"].int.map { String($0 + (violations["wrongType"].int ?? 0)) } ?? ""),
            test["drifted"].bool == true
                ? "drift" : violations["beyond"].bool == true && isFirst ? "unknown values" : "ok",
        ]
    }

    /// What is watched, how it goes, and the verdict, a line each.
    package var sentences: [String] {
        let status = object.status
        let conditions = Conditions(status["conditions"])
        let target = object.spec["target"]["name"].string ?? ""
        var lines = ["\(object.name): drift of \(target) (\(status["phase"].string ?? "not looked at yet"))"]
        if conditions.status("Ready") != .true, let why = conditions["Ready"]["message"].string { lines.append(why) }
        if let verdict = status["verdict"].string, let number = status["window"]["number"].int {
            let head = conditions.isTrue("DriftDetected") ? "Drift is detected" : "No drift is detected"
            lines.append("\(head), window \(number): \(verdict).")
        }
        if let share = status["outliers"]["share"].double {
            lines.append("Outliers: \(Figure.text(share * 100)) % of the rows.")
        }
        if let rows = status["current"]["rows"].int, conditions.isTrue("Ready") {
            lines.append("Window \((status["window"]["number"].int ?? 0) + 1): \(rows) rows so far.")
        }
        return lines + labels(status["labels"])
    }

    private func labels(_ labels: JSON) -> [String] {
        guard let count = labels["count"].int else { return [] }
        let figures = [
            ("accuracy", "accuracy"), ("AUC", "auc"), ("Brier score", "brier"),
            ("calibration error", "calibrationError"), ("root mean square error", "rootMeanSquareError"),
            ("bias", "bias"),
        ].compactMap { words, member in labels[member].double.map { "\(words) \(Figure.text($0))" } }
        return ["Labels: \(figures.joined(separator: ", ")) of \(count) answers."]
    }

    private static func figure(_ json: JSON) -> String {
        guard let value = json.double else { return "" }
        return value > 0 && value < 1e-4 ? "< 0.0001" : Figure.text(value)
    }

    /// The two distributions of a column, for a picture; nil where the status has none.
    package func distributions(of name: String) -> Distributions? {
        let feature = (object.status["features"].array ?? []).first { $0["name"].string == name }
        return feature.flatMap { Distributions($0, of: object.name) }
    }

    /// The columns that there are pictures of.
    package var columns: [String] { (object.status["features"].array ?? []).compactMap { $0["name"].string } }
}
