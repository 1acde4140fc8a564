import Prediction

/// Decode: reads a request of version 1 as the tensors of a model.
///
/// `instances` is what the model's one input takes, or a list of objects with a value for each input, which are put on
/// top of each other. `inputs` is the same, or an object with the whole tensor of each input.
struct TensorV1Decoder {
    private var cursor: BodyCursor
    private let model: ServedTensorModel

    /// Fills `batch` with the tensors of a body.
    static func decode(
        _ body: UnsafeRawBufferPointer,
        for model: ServedTensorModel,
        into batch: inout TensorBatch
    ) throws(RequestDefect) {
        let place = try V1Place.find(body)
        var decoder = TensorV1Decoder(cursor: BodyCursor(body), model: model)
        decoder.cursor.at = place.start
        batch.reset(inputs: model.inputs.count)
        try decoder.read(place.member, into: &batch)
        try model.check(batch)
    }

    private mutating func read(_ member: V1Place.Member, into batch: inout TensorBatch) throws(RequestDefect) {
        if cursor.here == UInt8(ascii: "{"), member == .inputs { return try columns(&batch) }
        let name = member.rawValue
        guard cursor.here == UInt8(ascii: "[") else {
            throw RequestDefect("Expected \"\(name)\" to be a list")
        }
        if cursor.startsListOfObjects, !takesMap { return try rows(name, &batch) }
        guard let index = model.onlyInput else {
            let names = model.inputs.map { "'\($0.name)'" }.joined(separator: ", ")
            throw RequestDefect(
                "model '\(model.name)' takes \(names): \(name)[0] has to be an object with their values"
            )
        }
        if takesMap { return try map(name, index, &batch) }
        try value(index, &batch)
        batch[index].leaveBatchOfOne(model.inputs[index])
    }

    /// Reads the value at the cursor as that of an input.
    private mutating func value(_ index: Int, _ batch: inout TensorBatch) throws(RequestDefect) {
        var reader = TensorReader(cursor, model.inputs[index].kind.elementType, name: model.inputs[index].name)
        batch[index].shape = try reader.read(into: &batch[index].elements)
        cursor = reader.cursor
        batch[index].isGiven = true
    }
}

// Several inputs.
extension TensorV1Decoder {
    /// An object with the whole tensor of each input.
    private mutating func columns(_ batch: inout TensorBatch) throws(RequestDefect) {
        try members("inputs") { decoder, index throws(RequestDefect) in
            guard !batch[index].isGiven else { throw decoder.twice("inputs", index) }
            if case .map = decoder.model.inputs[index].kind { return try decoder.mapValue(index, &batch) }
            try decoder.value(index, &batch)
        }
    }

    /// Objects with a value for each input, all of one shape.
    private mutating func rows(_ name: String, _ batch: inout TensorBatch) throws(RequestDefect) {
        _ = cursor.take("[")
        cursor.skipSpace()
        var seen = [Int](repeating: 0, count: model.inputs.count)
        var row = 0
        repeat {
            let place = "\(name)[\(row)]"
            try members(place) { decoder, index throws(RequestDefect) in
                guard seen[index] == row else {
                    throw seen[index] > row
                        ? decoder.twice(place, index) : decoder.absent(index, from: "\(name)[\(seen[index])]")
                }
                try decoder.row(index, isFirst: row == 0, &batch)
                seen[index] += 1
            }
            row += 1
        } while try cursor.takesComma(orEnd: "]")
        for index in seen.indices where batch[index].isGiven {
            guard seen[index] == row else { throw absent(index, from: "\(name)[\(seen[index])]") }
            batch[index].shape.insert(row, at: 0)
            batch[index].fit(model.inputs[index])
        }
    }

    private mutating func row(_ index: Int, isFirst: Bool, _ batch: inout TensorBatch) throws(RequestDefect) {
        if isFirst { return try value(index, &batch) }
        let before = batch[index].shape
        try value(index, &batch)
        guard batch[index].shape == before else {
            throw RequestDefect(
                "input '\(model.inputs[index].name)' has values of shapes \(before) and \(batch[index].shape)"
            )
        }
    }

    /// Takes an object, calling `member` with the input that each of its members is for.
    private mutating func members(
        _ place: String,
        _ member: (inout TensorV1Decoder, Int) throws(RequestDefect) -> Void
    ) throws(RequestDefect) {
        guard cursor.take("{") else {
            throw RequestDefect(
                "\(place) is \(try cursor.kindOfValue()), expected is an object with the model's inputs"
            )
        }
        cursor.skipSpace()
        if cursor.take("}") { return }
        var guess = 0
        repeat {
            let range = try cursor.memberName()
            cursor.skipSpace()
            try member(&self, try input(range, guess))
            guess += 1
        } while try cursor.takesComma(orEnd: "}")
    }

    private func input(_ range: Range<Int>, _ guess: Int) throws(RequestDefect) -> Int {
        let raw = cursor.bytes[range]
        guard raw.contains(UInt8(ascii: "\\")) else { return try model.input(raw, guess: guess) }
        return try model.input(try cursor.text(range).utf8, guess: guess)
    }

    private func twice(_ place: String, _ index: Int) -> RequestDefect {
        RequestDefect("\(place) has input '\(model.inputs[index].name)' more than once")
    }

    private func absent(_ index: Int, from place: String) -> RequestDefect {
        RequestDefect("\(place) lacks input '\(model.inputs[index].name)', which others have")
    }
}

// Maps.
extension TensorV1Decoder {
    private var takesMap: Bool {
        guard let index = model.onlyInput, case .map = model.inputs[index].kind else { return false }
        return true
    }

    private mutating func map(_ name: String, _ index: Int, _ batch: inout TensorBatch) throws(RequestDefect) {
        _ = cursor.take("[")
        cursor.skipSpace()
        guard cursor.here == UInt8(ascii: "{") else {
            throw RequestDefect("Expected \"\(name)\" to be a list of one object")
        }
        try mapValue(index, &batch)
        guard try !cursor.takesComma(orEnd: "]") else {
            throw RequestDefect("input '\(model.inputs[index].name)' is one map, \"\(name)\" has more")
        }
    }

    private mutating func mapValue(_ index: Int, _ batch: inout TensorBatch) throws(RequestDefect) {
        guard case .map(let keys, let values) = model.inputs[index].kind else { return }
        let name = model.inputs[index].name
        guard cursor.take("{") else {
            throw RequestDefect("input '\(name)' is \(try cursor.kindOfValue()), expected is an object")
        }
        batch[index].isGiven = true
        batch[index].shape.append(0)
        cursor.skipSpace()
        if cursor.take("}") { return }
        repeat {
            let range = try cursor.memberName()
            try key(range, keys, name, &batch[index].keys)
            var reader = TensorReader(cursor, values, name: name)
            let shape = try reader.read(into: &batch[index].elements)
            guard shape.isEmpty else { throw RequestDefect("input '\(name)' is a map with lists in it") }
            cursor = reader.cursor
            batch[index].shape[0] += 1
        } while try cursor.takesComma(orEnd: "}")
    }

    private func key(
        _ range: Range<Int>,
        _ type: ElementType,
        _ name: String,
        _ keys: inout InputElements
    ) throws(RequestDefect) {
        if type == .bytes {
            try cursor.resolve(range, into: &keys.texts.utf8)
            return keys.texts.endRow()
        }
        let text = try cursor.text(range)
        guard let number = Int64(text) else {
            throw RequestDefect("input '\(name)' is a map from whole numbers, '\(text)' is none")
        }
        keys.append(number)
    }
}

// Shapes that rows are given in.
extension InputTensor {
    /// A batch of one is taken off, for a model that takes no batch.
    fileprivate mutating func leaveBatchOfOne(_ input: TensorInput) {
        guard let wanted = input.kind.shape, shape.count == wanted.count + 1, shape[0] == 1 else { return }
        shape.removeFirst()
    }

    /// The same, and single values become rows of one column, where that is what the model takes.
    fileprivate mutating func fit(_ input: TensorInput) {
        leaveBatchOfOne(input)
        guard let wanted = input.kind.shape, shape.count == wanted.count - 1, wanted.last == 1 else { return }
        shape.append(1)
    }
}
