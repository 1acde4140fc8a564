import Base
import Prediction

/// Decode: reads the body of a version 2 inference request, JSON and the raw tensors behind it, into an `InferRequest`.
package struct InferDecoder {
    var cursor: BodyCursor
    /// Raw tensors that no input has claimed yet; nil where the body is JSON alone.
    private var raw: UnsafeRawBufferPointer?
    /// Whether elements in JSON are read as the numbers or texts of rows; else they are left as they are.
    private let readsElements: Bool

    /// Reads a body whose JSON is the first `jsonLength` bytes, or all of it where that is nil.
    package static func decode(
        _ body: UnsafeRawBufferPointer,
        jsonLength: Int?,
        readingElements: Bool = true,
        into request: inout InferRequest
    ) throws(RequestDefect) {
        request.clear()
        let json = UnsafeRawBufferPointer(rebasing: body[..<(jsonLength ?? body.count)])
        let raw = jsonLength.map { UnsafeRawBufferPointer(rebasing: body[$0...]) }
        var decoder = InferDecoder(
            cursor: BodyCursor(json, allowsNonFinite: true),
            raw: raw,
            readsElements: readingElements
        )
        try decoder.document(&request)
    }

    private mutating func document(_ request: inout InferRequest) throws(RequestDefect) {
        cursor.skipSpace()
        guard cursor.at < cursor.bytes.count else { throw .schema("missing", ["body"], "Field required") }
        guard cursor.take("{") else {
            try cursor.skipValue()
            throw .schema("model_attributes_type", InferDecoder.top, "Input should be a valid dictionary")
        }
        var hasInputs = false
        cursor.skipSpace()
        if !cursor.take("}") {
            repeat { try member(&request, &hasInputs) } while try cursor.takesComma(orEnd: "}")
        }
        cursor.skipSpace()
        guard cursor.at == cursor.bytes.count else { throw cursor.unexpected() }
        guard hasInputs else { throw .schema("missing", InferDecoder.top + ["inputs"], "Field required") }
    }

    private mutating func member(
        _ request: inout InferRequest,
        _ hasInputs: inout Bool
    ) throws(RequestDefect) {
        let name = try cursor.memberName()
        cursor.skipSpace()
        if cursor.isText(name, "inputs") {
            hasInputs = true
            request.inputs.removeAll(keepingCapacity: true)
            try list(["inputs"]) { decoder, place throws(RequestDefect) in try decoder.input(&request, place) }
        } else if cursor.isText(name, "id") {
            request.id = try optionalName(&request, ["id"])
        } else if cursor.isText(name, "parameters") {
            try requestParameters(&request)
        } else if cursor.isText(name, "outputs"), !cursor.take(word: "null") {
            request.outputs.removeAll(keepingCapacity: true)
            try list(["outputs"]) { decoder, place throws(RequestDefect) in try decoder.output(&request, place) }
        } else if !cursor.isText(name, "outputs") {
            try cursor.skipValue()
        }
    }

    private mutating func requestParameters(_ request: inout InferRequest) throws(RequestDefect) {
        try parameters(["parameters"]) { decoder, name throws(RequestDefect) in
            if decoder.cursor.isText(name, "binary_data_output") {
                request.wantsBinaryOutputs = decoder.cursor.here == UInt8(ascii: "t")
            } else if decoder.cursor.isText(name, "content_type") {
                var ahead = decoder.cursor
                let value = try ahead.rawString()
                request.isDataFrame = ahead.isText(value, "pd")
            }
        }
    }
}

// Inputs and outputs.
extension InferDecoder {
    /// What an input's members said so far.
    private struct Input {
        var name: Range<Int>?
        var datatype: ElementType?
        var shape: Range<Int>?
        var numbers = 0..<0
        var texts = 0..<0
        var hasData = false
        var unread: UnsafeRawBufferPointer?
        var rawBytes: Int?
    }

    private mutating func input(_ request: inout InferRequest, _ index: Int) throws(RequestDefect) {
        guard cursor.take("{") else {
            throw try misfit("model_attributes_type", "valid dictionary", ["inputs", JSON(index)])
        }
        var input = Input()
        cursor.skipSpace()
        if !cursor.take("}") {
            repeat { try inputMember(&request, &input, index) } while try cursor.takesComma(orEnd: "}")
        }
        try finish(input, &request, index)
    }

    private mutating func inputMember(
        _ request: inout InferRequest,
        _ input: inout Input,
        _ index: Int
    ) throws(RequestDefect) {
        let member = try cursor.memberName()
        cursor.skipSpace()
        if cursor.isText(member, "name") {
            input.name = try name(&request, ["inputs", JSON(index), "name"])
        } else if cursor.isText(member, "datatype") {
            input.datatype = try datatype(index)
        } else if cursor.isText(member, "shape") {
            input.shape = try shape(&request, index)
        } else if cursor.isText(member, "data"), !readsElements {
            let start = cursor.at
            guard cursor.here == UInt8(ascii: "[") else {
                throw try misfit("list_type", "valid list", ["inputs", JSON(index), "data"])
            }
            try cursor.skipValue()
            input.unread = UnsafeRawBufferPointer(rebasing: cursor.bytes[start..<cursor.at])
        } else if cursor.isText(member, "data") {
            let (numbers, texts) = (request.numbers.count, request.texts.ends.count)
            try data(&request, index)
            (input.numbers, input.texts) = (numbers..<request.numbers.count, texts..<request.texts.ends.count)
            input.hasData = true
        } else if cursor.isText(member, "parameters") {
            var size: Int?
            try parameters(["inputs", JSON(index), "parameters"]) { decoder, name throws(RequestDefect) in
                guard decoder.cursor.isText(name, "binary_data_size") else { return }
                var ahead = decoder.cursor
                size = ahead.number().flatMap { Int(exactly: $0) }
            }
            input.rawBytes = size
        } else {
            try cursor.skipValue()
        }
    }

    private mutating func finish(_ input: Input, _ request: inout InferRequest, _ index: Int) throws(RequestDefect) {
        func missing(_ field: String) -> RequestDefect {
            .schema("missing", InferDecoder.top + ["inputs", JSON(index), .string(field)], "Field required")
        }
        guard let name = input.name else { throw missing("name") }
        guard let shape = input.shape else { throw missing("shape") }
        guard let datatype = input.datatype else { throw missing("datatype") }
        var tensor = InferTensor(name: name, datatype: datatype, shape: shape, content: .numbers(input.numbers))
        if let unread = input.unread {
            tensor.unread = .json(unread)
        } else if input.hasData {
            guard datatype != .bfloat16 || input.numbers.isEmpty else {
                throw RequestDefect("invalid datatype 'BF16' in the input: inputs[\(index)]")
            }
            guard datatype != .float16 || input.numbers.isEmpty else {
                throw RequestDefect(
                    "Sending FP16 data via JSON is not supported. Please use the binary data format for input "
                        + request.text(name)
                )
            }
            tensor.content = try content(input, datatype, &request)
        } else if let raw {
            guard let size = input.rawBytes else {
                throw RequestDefect("'data' field is missing for input '\(request.text(name))'")
            }
            guard size >= 0, size <= raw.count else {
                throw RequestDefect(
                    "'binary_data_size' of input '\(request.text(name))' is \(size), but \(raw.count) bytes are left"
                )
            }
            tensor.content = .raw(UnsafeRawBufferPointer(rebasing: raw[..<size]))
            self.raw = UnsafeRawBufferPointer(rebasing: raw[size...])
        } else {
            throw missing("data")
        }
        request.inputs.append(tensor)
    }

    /// Texts in a tensor of numbers are numbers that were spelt as texts.
    private func content(
        _ input: Input,
        _ datatype: ElementType,
        _ request: inout InferRequest
    ) throws(RequestDefect) -> InferTensor.Content {
        guard !input.texts.isEmpty else { return .numbers(input.numbers) }
        let name = input.name.map(request.text) ?? ""
        guard input.numbers.isEmpty else { throw RequestDefect("input '\(name)' mixes texts and numbers") }
        if datatype == .bytes { return .texts(input.texts) }
        let start = request.numbers.count
        for row in input.texts {
            let text = request.text(at: row)
            guard let number = PythonFloat.read(text) else {
                throw RequestDefect("could not convert string to float: '\(text)': input '\(name)'")
            }
            request.numbers.append(number)
        }
        return .numbers(start..<request.numbers.count)
    }

    private mutating func output(_ request: inout InferRequest, _ index: Int) throws(RequestDefect) {
        let place: [JSON] = ["outputs", JSON(index)]
        guard cursor.take("{") else { throw try misfit("model_attributes_type", "valid dictionary", place) }
        var output = RequestedOutput(name: 0..<0)
        var hasName = false
        cursor.skipSpace()
        if !cursor.take("}") {
            repeat {
                let member = try cursor.memberName()
                cursor.skipSpace()
                if cursor.isText(member, "name") {
                    output.name = try name(&request, place + ["name"])
                    hasName = true
                } else if cursor.isText(member, "parameters") {
                    var isBinary = false
                    try parameters(place + ["parameters"]) { decoder, name throws(RequestDefect) in
                        guard decoder.cursor.isText(name, "binary_data") else { return }
                        isBinary = decoder.cursor.here == UInt8(ascii: "t")
                    }
                    output.isBinary = isBinary
                } else {
                    try cursor.skipValue()
                }
            } while try cursor.takesComma(orEnd: "}")
        }
        guard hasName else { throw .schema("missing", InferDecoder.top + place + ["name"], "Field required") }
        request.outputs.append(output)
    }
}
