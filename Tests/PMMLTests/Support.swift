import Base
import Foundation
import PMML
import Prediction
import Testing

/// A document's answers as JPMML's evaluator gives them; made by scripts/parity/record_pmml.py.
struct RecordedDocument: CustomTestStringConvertible, Sendable {
    let name: String
    /// The document's text, in which `$word` stands for a value.
    let text: String
    let rows: [JSON]
    let cases: [(values: [String: String], answers: [JSON])]

    var testDescription: String { name }

    static let all: [RecordedDocument] = {
        let folder = Bundle.module.bundleURL.appendingPathComponent("Fixtures")
        let names = (try? FileManager.default.contentsOfDirectory(atPath: folder.path)) ?? []
        return names.sorted().map { RecordedDocument(folder.appendingPathComponent($0)) }
    }()

    init(_ file: URL) {
        let json = (try? JSON.parse([UInt8](Data(contentsOf: file)))) ?? .null
        name = file.deletingPathExtension().lastPathComponent
        text = json["document"].string ?? ""
        rows = json["rows"].array ?? []
        cases = (json["cases"].array ?? []).map { entry in
            ((entry["values"].object ?? [:]).compactMapValues(\.string), entry["answers"].array ?? [])
        }
    }

    /// The document with these values.
    func document(_ values: [String: String]) -> String {
        values.sorted { $0.key > $1.key }.reduce(text) { $0.replacingOccurrences(of: "$" + $1.key, with: $1.value) }
    }
}

/// A document ready to answer.
func load(_ text: String) throws(ModelDefect) -> ModelContent {
    guard case .rows(let load) = ModelFormat.pmml.loader else {
        throw ModelDefect(at: .byte(0), what: "documents answer rows")
    }
    return try load(Array(text.utf8), Model.Options())
}

extension ModelContent {
    /// What is answered for a row, an object by field names or a list.
    func answer(_ row: JSON) throws(InputDefect) -> [String: JSON] {
        var batch = Batch()
        batch.fill(row)
        var answer = Answer()
        try predictor.predict(&batch, into: &answer)
        guard case .frame(let columns) = predictor.output else { return [:] }
        var object: [String: JSON] = [:]
        for (index, column) in columns.enumerated() {
            switch answer.frame.cell(0, index) {
            case .missing: break
            case .text(let start, let count):
                let bytes = answer.frame.utf8[Int(start)..<Int(start) + Int(count)]
                object[column.name] = .string(String(decoding: bytes, as: UTF8.self))
            case .number(let number):
                object[column.name] =
                    switch column.type {
                    case .bool: .bool(number == 1)
                    case .int64: .int(Int64(number))
                    default: .double(number)
                    }
            }
        }
        return object
    }
}

extension Batch {
    /// Makes a row the only one.
    mutating func fill(_ row: JSON) {
        clear()
        (content, rows) = (.table, 1)
        let named = row.object.map { $0.sorted { $0.key < $1.key } }
        let cells = named?.map(\.value) ?? row.array ?? []
        columnNames = named?.map(\.key) ?? []
        for (column, cell) in cells.enumerated() {
            table.addColumn()
            if let text = cell.string {
                let start = table.utf8.count
                table.utf8.append(contentsOf: text.utf8)
                table.appendText(from: start, to: column)
            } else if let flag = cell.bool {
                table.append(.number(flag ? 1 : 0), to: column)
            } else {
                table.append(cell.double.map { .number($0) } ?? .missing, to: column)
            }
        }
    }
}
