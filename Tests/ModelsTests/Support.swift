import Base
import CLinux
import Foundation
import Models

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
        var answer = Answer()
        for row in instances.array ?? [] {
            batch.rows += 1
            if let text = row.string {
                batch.content = .texts
                batch.texts.append(text)
            } else {
                let numbers = (row.array ?? []).compactMap(\.double)
                batch.columns = numbers.count
                batch.values += numbers
            }
        }
        try predict(&batch, into: &answer)
        switch predictor.output {
        case .labels(let labels): return .array(answer.labels.map { labels[Int($0)] })
        case .numbers(nil, _): return .array(answer.numbers.map { .double($0) })
        case .numbers(let columns?, _):
            let rows = stride(from: 0, to: answer.numbers.count, by: columns)
            return .array(rows.map { .array(answer.numbers[$0..<$0 + columns].map { .double($0) }) })
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
