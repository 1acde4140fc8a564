import Base
import Prediction

extension AnswerSpelling {
    /// Lets `body` read what was answered for each row.
    func withAnswers(_ answer: Answer, _ body: (_ rows: Int, _ answer: (Int) -> WatchAnswer) -> Void) {
        let rows = rows(of: answer)
        if !frame.isEmpty { return withFrame(answer.frame, rows, body) }
        let columns = max(1, columns ?? 1)
        if let labels = output.labels {
            let places = answer.labels
            return classBytes.bytes.withUnsafeBytes { names in
                body(rows) { row in labels.answer(Int(places[row * columns]), names, classBytes) }
            }
        }
        answer.numbers.withUnsafeBufferPointer { numbers in
            body(rows) { row in WatchAnswer(UnsafeBufferPointer(rebasing: numbers[row * columns..<(row + 1) * columns]))
            }
        }
    }

    private func withFrame(_ frame: TableRows, _ rows: Int, _ body: (Int, (Int) -> WatchAnswer) -> Void) {
        guard frame.columns > 0 else { return }
        frame.utf8.withUnsafeBytes { bytes in
            body(rows) { row in
                switch frame.cell(row, 0) {
                case .missing: WatchAnswer(cell: .missing, predicted: .null)
                case .number(let number): WatchAnswer(cell: .number(number), predicted: .double(number))
                case .text(let start, let count):
                    WatchAnswer(UnsafeRawBufferPointer(rebasing: bytes[Int(start)..<Int(start) + Int(count)]))
                }
            }
        }
    }
}

extension WatchAnswer {
    /// Numbers for a row: one stands for itself; of two that are chances the second counts; of more, the place of the greatest.
    init(_ numbers: UnsafeBufferPointer<Double>) {
        guard numbers.count > 1 else {
            let number = numbers.first ?? .nan
            self.init(cell: .number(number), predicted: .double(number))
            return
        }
        let best = numbers.indices.max { numbers[$0] < numbers[$1] } ?? 0
        if numbers.count == 2 {
            self.init(cell: .number(numbers[1]), predicted: .int(Int64(best)), score: numbers[1])
        } else {
            self.init(cell: .number(Double(best)), predicted: .int(Int64(best)))
        }
    }

    init(_ text: UnsafeRawBufferPointer) {
        self.init(cell: .text(text), predicted: .string(String(decoding: text, as: UTF8.self)))
    }
}

extension Labels {
    /// The class at a place; texts lie in `names` behind their lengths.
    fileprivate func answer(_ place: Int, _ names: UnsafeRawBufferPointer, _ spelt: SpeltNames) -> WatchAnswer {
        switch self {
        case .integers(let values, _): WatchAnswer(cell: .number(Double(values[place])), predicted: .int(values[place]))
        case .numbers(let values): WatchAnswer(cell: .number(values[place]), predicted: .double(values[place]))
        case .flags(let values): WatchAnswer(cell: .number(values[place] ? 1 : 0), predicted: .bool(values[place]))
        case .texts(let values):
            WatchAnswer(
                cell: .text(UnsafeRawBufferPointer(rebasing: names[spelt.textRange(place)])),
                predicted: .string(values[place])
            )
        }
    }
}
