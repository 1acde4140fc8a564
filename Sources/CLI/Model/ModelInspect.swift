import Base
import Models
import Prediction

extension Command {
    static let modelInspect = Command(
        "model inspect",
        "FILE|FOLDER",
        summary: "what a model file holds, and whether it is served natively",
        details: """
            Tells the format, the library that wrote it and its version, what the model is made of, what it takes and
            answers; where it is not served natively, why not. The file is read as data, nothing in it runs.

              roost model inspect model.joblib
              roost model inspect examples/models/iris -o json
            """,
        flags: [Flag("output", short: "o", "FORM", "table (default), json or yaml")],
        run: { invocation in
            guard let path = invocation.arguments.first, invocation.arguments.count == 1 else {
                throw Misuse("one file or folder is expected")
            }
            let form = invocation["output"] ?? "table"
            guard ["table", "json", "yaml"].contains(form) else {
                throw Misuse("--output is table, json or yaml, was \"\(form)\"")
            }
            let inspection = try ModelInspection.of(path)
            switch form {
            case "json": Output.write(inspection.json.pretty() + "\n")
            case "yaml": Output.write(YAML.text(inspection.json))
            default: Output.write(InspectionText.render(inspection))
            }
        }
    )
}

/// What is known of a model file, for people to read.
enum InspectionText {
    static func render(_ inspection: ModelInspection) -> String {
        let json = inspection.json
        var rows = [["FILE", inspection.file], ["SIZE", "\(inspection.fileBytes) bytes"]]
        if let description = inspection.description {
            rows.append(["FORMAT", description.format])
            rows.append(["LIBRARY", "\(description.library) \(description.version ?? "")"])
        }
        rows.append(["NATIVE", inspection.model == nil ? "no" : "yes"])
        if let defect = inspection.defect { rows.append(["WHY NOT", defect.description]) }
        for (index, input) in (json["inputs"].array ?? []).enumerated() {
            rows.append([index == 0 ? "TAKES" : "", words(input)])
        }
        if inspection.model != nil {
            // Rows of named values are told column by column, as what is taken is.
            let outputs = json["outputs"].array ?? json["output"]["columns"].array ?? [json["output"]]
            for (index, output) in outputs.enumerated() { rows.append([index == 0 ? "ANSWERS" : "", words(output)]) }
            rows.append(["PROBABILITIES", inspection.hasProbabilities ? "yes, with PREDICT_PROBA=true" : "no"])
        }
        let tree = inspection.description.map { "\n" + outline($0.estimator, indent: "") } ?? ""
        return TableText.align(rows) + tree
    }

    /// One input or output: `4 float64 (a, b, c, d)`.
    private static func words(_ json: JSON) -> String {
        var words = [json["name"].string, json["columns"].int.map(String.init), json["type"].string].compactMap { $0 }
        for (key, form) in tensorForms where !json[key].isNull {
            words.append("\(form) \(json[key].string ?? json[key].text)")
        }
        for key in ["names", "classes"] {
            guard let values = json[key].array else { continue }
            let shown = values.prefix(12).map { $0.string ?? $0.text }.joined(separator: ", ")
            words.append("(\(shown)\(values.count > 12 ? ", … \(values.count) in all" : ""))")
        }
        return words.joined(separator: " ")
    }

    /// What is said of tensors, and how: a length of -1 may be any.
    private static let tensorForms = [
        ("shape", "of shape"), ("sequenceOf", "in a sequence of tensors of shape"), ("mapFrom", "in a map from"),
        ("sequenceOfMapsFrom", "in a sequence of maps from"),
    ]

    private static func outline(_ part: EstimatorOutline, indent: String) -> String {
        let told = part.parameters.filter { $0.value != "None" }.map { "\($0.name)=\($0.value)" }
        let name = part.name.isEmpty ? "" : "\(part.name): "
        var text = "\(indent)\(name)\(part.type)\(told.isEmpty ? "" : "(\(told.joined(separator: ", ")))")\n"
        for inner in part.parts { text += outline(inner, indent: indent + "  ") }
        return text
    }
}
