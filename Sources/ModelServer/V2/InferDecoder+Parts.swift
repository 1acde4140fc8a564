import Base
import Prediction

/// The parts of an inference request.
extension InferDecoder {
    /// Where pydantic says that the request stands.
    static let top: [JSON] = ["body", "InferenceRequest"]

    /// What stands here instead of what is wanted, as pydantic tells it; throws itself where that is no JSON.
    mutating func misfit(_ type: String, _ wanted: String, _ place: [JSON]) throws(RequestDefect) -> RequestDefect {
        try cursor.skipValue()
        return .schema(type, InferDecoder.top + place, "Input should be a \(wanted)")
    }

    /// Takes a list, calling `element` at each element with its index.
    mutating func list(
        _ place: @autoclosure () -> [JSON],
        _ element: (inout InferDecoder, Int) throws(RequestDefect) -> Void
    ) throws(RequestDefect) {
        guard cursor.take("[") else { throw try misfit("list_type", "valid list", place()) }
        cursor.skipSpace()
        if cursor.take("]") { return }
        var index = 0
        repeat {
            try element(&self, index)
            index += 1
        } while try cursor.takesComma(orEnd: "]")
    }

    /// Takes an object of parameters or null, calling `parameter` with each name while the cursor is at the value.
    mutating func parameters(
        _ place: @autoclosure () -> [JSON],
        _ parameter: (inout InferDecoder, Range<Int>) throws(RequestDefect) -> Void
    ) throws(RequestDefect) {
        if cursor.take(word: "null") { return }
        guard cursor.take("{") else { throw try misfit("dict_type", "valid dictionary", place()) }
        cursor.skipSpace()
        if cursor.take("}") { return }
        repeat {
            let name = try cursor.memberName()
            cursor.skipSpace()
            switch cursor.here {
            case UInt8(ascii: "{"), UInt8(ascii: "["), UInt8(ascii: "n"):
                let name = JSON.string(try cursor.text(name))
                throw try misfit("string_type", "valid string, number or boolean", place() + [name])
            default: break
            }
            if cursor.here == UInt8(ascii: "\"") || !cursor.isText(name, "content_type") { try parameter(&self, name) }
            try cursor.skipValue()
        } while try cursor.takesComma(orEnd: "}")
    }

    /// Takes a text and keeps it among the request's names.
    mutating func name(
        _ request: inout InferRequest,
        _ place: @autoclosure () -> [JSON]
    ) throws(RequestDefect) -> Range<Int> {
        guard cursor.here == UInt8(ascii: "\"") else { throw try misfit("string_type", "valid string", place()) }
        let start = request.names.count
        try cursor.string(into: &request.names)
        return start..<request.names.count
    }

    /// The same for a text that may be null or empty, which is none.
    mutating func optionalName(
        _ request: inout InferRequest,
        _ place: @autoclosure () -> [JSON]
    ) throws(RequestDefect) -> Range<Int>? {
        if cursor.take(word: "null") { return nil }
        let name = try name(&request, place())
        return name.isEmpty ? nil : name
    }

    mutating func datatype(_ index: Int) throws(RequestDefect) -> ElementType {
        guard cursor.here == UInt8(ascii: "\"") else {
            throw try misfit("string_type", "valid string", ["inputs", JSON(index), "datatype"])
        }
        let range = try cursor.rawString()
        let spelt = UnsafeRawBufferPointer(rebasing: cursor.bytes[range])
        guard let type = ElementType(datatype: spelt) else {
            throw RequestDefect("invalid datatype '\(try cursor.text(range))' in the input: inputs[\(index)]")
        }
        return type
    }

    mutating func shape(_ request: inout InferRequest, _ index: Int) throws(RequestDefect) -> Range<Int> {
        let start = request.dimensions.count
        try list(["inputs", JSON(index), "shape"]) { decoder, axis throws(RequestDefect) in
            var ahead = decoder.cursor
            guard let number = ahead.number(), let length = Int(exactly: number) else {
                throw try decoder.misfit("int_type", "valid integer", ["inputs", JSON(index), "shape", JSON(axis)])
            }
            decoder.cursor = ahead
            request.dimensions.append(length)
        }
        return start..<request.dimensions.count
    }

    /// Takes a tensor's elements, nested or flat, row by row.
    mutating func data(_ request: inout InferRequest, _ index: Int) throws(RequestDefect) {
        guard cursor.here == UInt8(ascii: "[") else {
            throw try misfit("list_type", "valid list", ["inputs", JSON(index), "data"])
        }
        var width: Int?
        try elements(&request, &width, depth: 0, index)
    }

    /// Takes one list of elements; innermost lists must all be as long as the first, which is `width`.
    private mutating func elements(
        _ request: inout InferRequest,
        _ width: inout Int?,
        depth: Int,
        _ index: Int
    ) throws(RequestDefect) {
        guard depth < ModelServerLimits.depthMax else {
            throw RequestDefect("data of inputs[\(index)] is nested deeper than \(ModelServerLimits.depthMax) levels")
        }
        _ = cursor.take("[")
        cursor.skipSpace()
        if cursor.take("]") { return }
        let before = request.numbers.count + request.texts.ends.count
        var isInnermost = true
        repeat {
            if cursor.numbers(into: &request.numbers) { continue }
            switch cursor.here {
            case UInt8(ascii: "["):
                isInnermost = false
                try elements(&request, &width, depth: depth + 1, index)
            case UInt8(ascii: "\""):
                try cursor.string(into: &request.texts.utf8)
                request.texts.endRow()
            default:
                request.numbers.append(try cursor.cell { "an element of inputs[\(index)].data" })
            }
        } while try cursor.takesComma(orEnd: "]")
        guard isInnermost, depth > 0 else { return }
        let count = request.numbers.count + request.texts.ends.count - before
        guard width == nil || width == count else {
            throw RequestDefect("data of inputs[\(index)] has lists of \(width ?? 0) and of \(count) elements")
        }
        width = count
    }
}
