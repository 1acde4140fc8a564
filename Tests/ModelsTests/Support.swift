import Base
import CLinux
import Foundation
import Models
import Prediction

/// Path of a file among this room's fixtures.
func fixture(_ name: String) -> String { Bundle.module.resourcePath! + "/Fixtures/" + name }

/// Bytes of a fixture.
func fixtureBytes(_ name: String) throws -> [UInt8] { try ModelFile.read(fixture(name)) }

/// Bytes of a fixture as they are, compressed or not.
func fixtureBytesRaw(_ name: String) throws -> [UInt8] {
    try Array(Data(contentsOf: URL(fileURLWithPath: fixture(name))))
}

extension Model {
    /// Answers rows as a request's JSON gives them, as a response's JSON gives the answer.
    func answer(_ instances: JSON) throws -> JSON {
        var batch = Batch()
        for row in instances.array ?? [] {
            batch.rows += 1
            if let text = row.string {
                batch.content = .texts
                batch.texts.append(text)
            } else {
                let numbers = (row.array ?? []).map { $0.double ?? .nan }
                batch.columns = numbers.count
                batch.values += numbers
            }
        }
        return try self.answer(&batch)
    }

    /// Answers rows that are objects, as a data frame of these columns.
    func answer(_ instances: JSON, columns: [String]) throws -> JSON {
        var batch = Batch()
        batch.rows = instances.array?.count ?? 0
        batch.fill(instances.array ?? [], columns: columns)
        return try answer(&batch)
    }

    func answer(_ batch: inout Batch) throws -> JSON {
        var answer = Answer()
        try predict(&batch, into: &answer)
        switch predictor.output {
        case .labels(let labels): return .array(answer.labels.map { labels[Int($0)] })
        case .labelRows(let labels, let columns):
            let rows = stride(from: 0, to: answer.labels.count, by: columns)
            return .array(rows.map { .array(answer.labels[$0..<$0 + columns].map { labels[Int($0)] }) })
        case .numbers(nil, _): return .array(answer.numbers.map { .double($0) })
        case .numbers(let columns?, _):
            let rows = stride(from: 0, to: answer.numbers.count, by: columns)
            return .array(rows.map { .array(answer.numbers[$0..<$0 + columns].map { .double($0) }) })
        case .frame: return .null
        }
    }
}

extension Labels {
    fileprivate subscript(index: Int) -> JSON {
        switch self {
        case .integers(let values, _): .int(values[index])
        case .numbers(let values): .double(values[index])
        case .flags(let values): .bool(values[index])
        case .texts(let values): .string(values[index])
        }
    }
}

extension Batch {
    /// Fills it with rows that are objects, as a data frame of these columns; a column that rows lack is missing.
    mutating func fill(_ instances: [JSON], columns: [String]) {
        content = .table
        columnNames = columns
        for (index, column) in columns.enumerated() {
            table.addColumn()
            for row in instances {
                if let text = row[column].string {
                    let start = table.utf8.count
                    table.utf8 += Array(text.utf8)
                    table.appendText(from: start, to: index)
                } else {
                    table.append(row[column].double.map { .number($0) } ?? .missing, to: index)
                }
            }
        }
    }
}
