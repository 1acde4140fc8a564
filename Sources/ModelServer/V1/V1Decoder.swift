import Models

/// Decode: reads the rows of a version 1 request straight into a batch.
///
/// `{"instances": [...]}` or `{"inputs": [...]}` (which wins); an element is a row of numbers or a text. Other members
/// are checked and passed over.
struct V1Decoder {
    private var cursor: BodyCursor

    /// Fills `batch` with the rows of a body.
    static func decode(_ body: UnsafeRawBufferPointer, into batch: inout Batch) throws(RequestDefect) {
        var decoder = V1Decoder(cursor: BodyCursor(body))
        try decoder.document(&batch)
    }

    private init(cursor: BodyCursor) { self.cursor = cursor }

    private enum Rows { case missing, instances, inputs }

    private mutating func document(_ batch: inout Batch) throws(RequestDefect) {
        batch.clear()
        var found = Rows.missing
        cursor.skipSpace()
        guard cursor.take("{") else { throw try notAnObject() }
        cursor.skipSpace()
        if !cursor.take("}") {
            repeat { try member(&found, &batch) } while try cursor.takesComma(orEnd: "}")
        }
        try expectEnd()
        guard found != .missing else { throw RequestDefect("Expected \"instances\" or \"inputs\" in the request") }
    }

    private mutating func member(_ found: inout Rows, _ batch: inout Batch) throws(RequestDefect) {
        let name = try cursor.rawString()
        cursor.skipSpace()
        guard cursor.take(":") else { throw cursor.unexpected() }
        if isName(name, "inputs") {
            try rows(of: "inputs", &batch)
            found = .inputs
        } else if found != .inputs, isName(name, "instances") {
            try rows(of: "instances", &batch)
            found = .instances
        } else {
            try cursor.skipValue()
        }
    }

    private func isName(_ range: Range<Int>, _ name: StaticString) -> Bool {
        range.count == name.utf8CodeUnitCount
            && cursor.bytes[range].elementsEqual(
                UnsafeBufferPointer(start: name.utf8Start, count: name.utf8CodeUnitCount)
            )
    }

    private mutating func notAnObject() throws(RequestDefect) -> RequestDefect {
        try cursor.skipValue()
        try expectEnd()
        return RequestDefect("Expected the request to be an object with \"instances\" or \"inputs\"")
    }

    private mutating func expectEnd() throws(RequestDefect) {
        cursor.skipSpace()
        guard cursor.at == cursor.bytes.count else { throw cursor.unexpected() }
    }

    private mutating func rows(of name: StaticString, _ batch: inout Batch) throws(RequestDefect) {
        batch.clear()
        cursor.skipSpace()
        guard cursor.take("[") else {
            try cursor.skipValue()
            throw RequestDefect("Expected \"\(name)\" to be a list")
        }
        cursor.skipSpace()
        if cursor.take("]") { return }
        repeat {
            let content: Batch.Content = cursor.here == UInt8(ascii: "\"") ? .texts : .numbers
            guard batch.rows == 0 || batch.content == content else {
                throw RequestDefect("\(name)[\(batch.rows)] is of another type than the elements before")
            }
            batch.content = content
            if content == .texts { try text(&batch) } else { try row(of: name, &batch) }
            batch.rows += 1
        } while try cursor.takesComma(orEnd: "]")
    }

    private mutating func text(_ batch: inout Batch) throws(RequestDefect) {
        try cursor.string(into: &batch.texts.utf8)
        batch.texts.endRow()
    }

    private mutating func row(of name: StaticString, _ batch: inout Batch) throws(RequestDefect) {
        guard cursor.take("[") else {
            throw try misfit("\(name)[\(batch.rows)]", wanted: "a list of numbers or a text")
        }
        let first = batch.values.count
        cursor.skipSpace()
        if !cursor.take("]") {
            repeat {
                guard let number = cursor.number() else {
                    try flag(of: name, &batch, column: batch.values.count - first)
                    continue
                }
                guard number.isFinite else { throw cursor.unexpected() }
                batch.values.append(number)
            } while try cursor.takesComma(orEnd: "]")
        }
        let columns = batch.values.count - first
        if batch.rows == 0 { batch.columns = columns }
        guard columns == batch.columns else {
            throw RequestDefect("\(name)[\(batch.rows)] has \(columns) elements, the rows before have \(batch.columns)")
        }
    }

    /// `true` and `false` count as 1 and 0, as in numpy.
    private mutating func flag(of name: StaticString, _ batch: inout Batch, column: Int) throws(RequestDefect) {
        if cursor.take(word: "true") { return batch.values.append(1) }
        if cursor.take(word: "false") { return batch.values.append(0) }
        throw try misfit("\(name)[\(batch.rows)][\(column)]", wanted: "a number")
    }

    /// What stands here instead of what is wanted; throws itself where that is no JSON.
    private mutating func misfit(_ place: String, wanted: String) throws(RequestDefect) -> RequestDefect {
        let kind =
            switch cursor.here {
            case UInt8(ascii: "{"): "an object"
            case UInt8(ascii: "["): "a list"
            case UInt8(ascii: "\""): "a text"
            case UInt8(ascii: "n"): "null"
            case UInt8(ascii: "t"), UInt8(ascii: "f"): "a bool"
            default: "a number"
            }
        try cursor.skipValue()
        return RequestDefect("\(place) is \(kind), expected is \(wanted)")
    }
}
