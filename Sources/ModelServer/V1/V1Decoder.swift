package import Prediction

/// Decode: reads the rows of a version 1 request straight into a batch.
///
/// `{"instances": [...]}` or `{"inputs": [...]}` (which wins); an element is a row of numbers, a text, or part of a data
/// frame. Other members are checked and passed over; of a whole CloudEvent the request is in `data`.
package struct V1Decoder {
    var cursor: BodyCursor
    /// What the rows are called in the request.
    private(set) var rowsName: StaticString = "instances"
    private var frame = FrameBuilder()
    /// Whether texts in rows of values stay texts, because the model takes such; else they must spell numbers.
    private let keepsTexts: Bool

    /// Fills `batch` with the rows of a body.
    package static func decode(
        _ body: UnsafeRawBufferPointer,
        keepingTexts keepsTexts: Bool = false,
        into batch: inout Batch
    ) throws(RequestDefect) {
        var decoder = V1Decoder(cursor: BodyCursor(body), keepsTexts: keepsTexts)
        if let data = try decoder.document(&batch) {
            decoder.cursor.at = data
            guard try decoder.object(&batch).hasRows else { throw decoder.noRows() }
        }
    }

    private init(cursor: BodyCursor, keepsTexts: Bool) {
        self.cursor = cursor
        self.keepsTexts = keepsTexts
    }

    /// What was found among the members of an object.
    private struct Members {
        var hasRows = false
        var hasInputs = false
        /// Which of a CloudEvent's attributes are there, a bit for each.
        var attributes: UInt8 = 0
        /// Where the value of `data` starts.
        var data: Int?
    }

    private static let eventAttributes: [StaticString] = ["specversion", "id", "source", "type", "time"]

    /// Reads the whole body; where the request starts if this is only an event around it.
    private mutating func document(_ batch: inout Batch) throws(RequestDefect) -> Int? {
        cursor.skipSpace()
        guard cursor.here == UInt8(ascii: "{") else { throw try notAnObject() }
        let members = try object(&batch)
        try expectEnd()
        let isEvent = members.attributes == 1 << UInt8(V1Decoder.eventAttributes.count) - 1
        if isEvent, let data = members.data { return data }
        guard members.hasRows else { throw noRows() }
        return nil
    }

    private func noRows() -> RequestDefect { RequestDefect("Expected \"instances\" or \"inputs\" in the request") }

    private mutating func object(_ batch: inout Batch) throws(RequestDefect) -> Members {
        batch.clear()
        var members = Members()
        cursor.skipSpace()
        guard cursor.take("{") else { throw try notAnObject() }
        cursor.skipSpace()
        if cursor.take("}") { return members }
        repeat { try member(&members, &batch) } while try cursor.takesComma(orEnd: "}")
        return members
    }

    private mutating func member(_ members: inout Members, _ batch: inout Batch) throws(RequestDefect) {
        let name = try cursor.memberName()
        if cursor.isText(name, "inputs") {
            rowsName = "inputs"
            try rows(&batch)
            (members.hasRows, members.hasInputs) = (true, true)
        } else if !members.hasInputs, cursor.isText(name, "instances") {
            rowsName = "instances"
            try rows(&batch)
            members.hasRows = true
        } else {
            cursor.skipSpace()
            if cursor.isText(name, "data") { members.data = cursor.at }
            for (bit, attribute) in V1Decoder.eventAttributes.enumerated() where cursor.isText(name, attribute) {
                members.attributes |= 1 << UInt8(bit)
            }
            try cursor.skipValue()
        }
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
}

// Rows.
extension V1Decoder {
    private enum Element { case row, text, frame }

    private mutating func rows(_ batch: inout Batch) throws(RequestDefect) {
        batch.clear()
        frame = FrameBuilder()
        cursor.skipSpace()
        guard cursor.take("[") else {
            try cursor.skipValue()
            throw RequestDefect("Expected \"\(rowsName)\" to be a list")
        }
        cursor.skipSpace()
        if cursor.take("]") { return }
        let kind = try kindOfFirst()
        let start = cursor.at
        var element = 0
        repeat {
            switch kind {
            case .row:
                guard try row(&batch, element) else {
                    cursor.at = start
                    return try tableRows(&batch)
                }
            case .text: try text(&batch, element)
            case .frame: try frame.add(&cursor, &batch, place: "\(rowsName)[\(element)]")
            }
            element += 1
        } while try cursor.takesComma(orEnd: "]")
    }

    private mutating func kindOfFirst() throws(RequestDefect) -> Element {
        switch cursor.here {
        case UInt8(ascii: "["): return cursor.startsListOfObjects ? .frame : .row
        case UInt8(ascii: "\""): return .text
        case UInt8(ascii: "{"): return .frame
        default:
            let kind = try cursor.kindOfValue()
            throw RequestDefect(
                "Expected 2D array, got 1D array instead: \(rowsName)[0] is \(kind), expected is a list of numbers or a text"
            )
        }
    }

    private mutating func text(_ batch: inout Batch, _ element: Int) throws(RequestDefect) {
        guard cursor.here == UInt8(ascii: "\"") else { throw try unlikeFirst(element) }
        batch.content = .texts
        try cursor.string(into: &batch.texts.utf8)
        batch.texts.endRow()
        batch.rows += 1
    }

    /// Takes a row of numbers; false where it has a text that stays one.
    private mutating func row(_ batch: inout Batch, _ element: Int) throws(RequestDefect) -> Bool {
        guard cursor.take("[") else { throw try unlikeFirst(element) }
        let first = batch.values.count
        cursor.skipSpace()
        if !cursor.take("]") {
            repeat {
                if cursor.numbers(into: &batch.values) { continue }
                if keepsTexts, cursor.here == UInt8(ascii: "\"") { return false }
                batch.values.append(try oddCell(element, batch.values.count - first))
            } while try cursor.takesComma(orEnd: "]")
        }
        let columns = batch.values.count - first
        if batch.rows == 0 { batch.columns = columns }
        guard columns == batch.columns else {
            throw RequestDefect(
                "\(rowsName)[\(element)] has \(columns) elements, the rows before have \(batch.columns)"
            )
        }
        batch.rows += 1
        return true
    }

    private mutating func oddCell(_ element: Int, _ column: Int) throws(RequestDefect) -> Double {
        if cursor.here == UInt8(ascii: "[") {
            throw RequestDefect(
                "Found array with dim 3, while dim <= 2 is required: \(rowsName)[\(element)][\(column)] is a list"
            )
        }
        return try cursor.cell { "\(rowsName)[\(element)][\(column)]" }
    }

    private mutating func unlikeFirst(_ element: Int) throws(RequestDefect) -> RequestDefect {
        let kind = try cursor.kindOfValue()
        return RequestDefect("\(rowsName)[\(element)] is \(kind), unlike the elements before it")
    }
}
