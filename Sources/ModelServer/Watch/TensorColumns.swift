import Base
import Prediction

/// A tensor as columns: one element of each along its first axis makes a row.
struct TensorColumns {
    private enum Elements {
        case numbers([Double])
        case texts(TextRows)
    }

    let rows: Int
    let width: Int
    let name: String
    private let elements: Elements

    /// Elements that are looked at; larger tensors are no rows of features.
    static let elementsMax = 1 << 16

    /// Nil where there are none, or too many.
    init?(_ name: String, _ tensor: AnswerTensor) {
        guard let count = InputTensor.count(tensor.shape), (1...TensorColumns.elementsMax).contains(count) else {
            return nil
        }
        self.name = name
        rows = tensor.shape.first ?? 1
        width = count / max(1, rows)
        if case .texts(let texts) = tensor.elements {
            guard texts.ends.count == count else { return nil }
            elements = .texts(texts)
        } else {
            var numbers: [Double] = []
            tensor.forEachNumber { numbers.append($0) }
            if numbers.isEmpty { tensor.forEachInteger { numbers.append(Double($0)) } }
            guard numbers.count == count else { return nil }
            elements = .numbers(numbers)
        }
    }

    /// What its columns are called: as the tensor where it has one.
    var names: [String] { width == 1 ? [name] : (0..<width).map { "\(name)[\($0)]" } }

    func cell(_ row: Int, _ column: Int) -> WatchCell {
        let place = row * width + column
        switch elements {
        case .numbers(let numbers): return .number(numbers[place])
        // Texts are copied when they are kept: what points to them would not outlive this call.
        case .texts(let texts): return .string(String(decoding: texts.utf8[texts.range(place)], as: UTF8.self))
        }
    }

    /// The answer that a row of it is.
    func answer(_ row: Int) -> WatchAnswer {
        switch elements {
        case .numbers(let numbers):
            return numbers[row * width..<(row + 1) * width].withUnsafeBufferPointer { WatchAnswer($0) }
        case .texts(let texts):
            let text = String(decoding: texts.utf8[texts.range(row * width)], as: UTF8.self)
            return WatchAnswer(cell: .string(text), predicted: .string(text))
        }
    }
}

extension TensorColumns {
    /// Predictions of version 1: a list of numbers, texts, or lists of numbers. Nil where they are something else.
    init?(predictions: [UInt8]) {
        // Predictions that are no JSON were told to the client as they are: there is nothing to count.
        guard predictions.count <= TensorColumns.elementsMax * 4, let json = try? JSON.parse(predictions),
            let list = json.array, !list.isEmpty
        else { return nil }
        if let texts = list.first?.string.map({ _ in list.compactMap(\.string) }) {
            guard texts.count == list.count else { return nil }
            var rows = TextRows()
            for text in texts { rows.append(text) }
            self.init("", AnswerTensor(type: .bytes, shape: [list.count], elements: .texts(rows)))
            return
        }
        let rows = list.map { $0.array?.compactMap(\.double) ?? [$0.double].compactMap { $0 } }
        guard let width = rows.first?.count, width > 0, rows.allSatisfy({ $0.count == width }) else { return nil }
        self.init(rows: rows.count, width: width, name: "", elements: .numbers(rows.flatMap { $0 }))
    }

    private init(rows: Int, width: Int, name: String, elements: Elements) {
        (self.rows, self.width, self.name, self.elements) = (rows, width, name, elements)
    }
}

extension InputTensor {
    /// What was sent, as rows of columns.
    func columns(_ input: TensorInput) -> TensorColumns? {
        guard isGiven, case .tensor(let type, _) = input.kind else { return nil }
        let elements: AnswerTensor.Elements = type == .bytes ? .texts(self.elements.texts) : .raw(self.elements.bytes)
        return TensorColumns(input.name, AnswerTensor(type: type, shape: shape, elements: elements))
    }
}
