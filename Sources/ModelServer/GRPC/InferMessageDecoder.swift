import Base
import GRPC
import Prediction

/// Decode: reads a ModelInferRequest straight into a request. Numbers are those of `inference.proto`.
///
/// Throws ProtobufDefect where the bytes are no such message, RequestDefect where the message makes no sense.
package struct InferMessageDecoder {
    /// `raw_input_contents`, in the message.
    private var raws: [UnsafeRawBufferPointer] = []
    /// The first input that has contents of its own.
    private var inputWithContents: Int?
    private var readsElements = true

    /// Inputs, outputs or raw contents of one message: an empty one takes two bytes there and fifty here.
    package static let tensorsMax = 1 << 16

    package init() {}

    /// Fills `request`, which is cleared before; the bytes of the model's name in the message.
    ///
    /// - Parameter reads: whether contents are read as the numbers or texts of rows; else they are left as they are.
    package mutating func decode(
        _ message: UnsafeRawBufferPointer,
        readingElements reads: Bool = true,
        into request: inout InferRequest
    ) throws -> UnsafeRawBufferPointer {
        readsElements = reads
        request.clear()
        raws.removeAll(keepingCapacity: true)
        inputWithContents = nil
        var model = UnsafeRawBufferPointer(start: nil, count: 0)
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            guard case .bytes(let bytes) = field.value else { continue }
            switch field.number {
            case 1: model = try reader.text(bytes)
            case 3: request.id = bytes.isEmpty ? nil : request.keep(name: try reader.text(bytes))
            case 4: try readParameter(reader.nested(bytes), &request)
            case 5: try readInput(bytes, reader, &request)
            case 6: try readOutput(bytes, reader, &request)
            case 7:
                try check(raws.count, bytes, reader)
                raws.append(bytes)
            default: break
            }
        }
        try attachRaws(&request, model)
        return model
    }

    private func check(_ count: Int, _ bytes: UnsafeRawBufferPointer, _ reader: ProtobufReader) throws {
        guard count < InferMessageDecoder.tensorsMax else { throw reader.defect(.tooMany, in: bytes) }
    }
}

// Parameters, outputs.
extension InferMessageDecoder {
    /// An entry of the map of parameters: only `content_type` has a meaning.
    private func readParameter(_ entry: ProtobufReader, _ request: inout InferRequest) throws {
        var entry = entry
        var isContentType = false
        var isFrame = false
        while let field = try entry.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let key)): isContentType = try entry.text(key).elementsEqual("content_type".utf8)
            case (2, .bytes(let value)): isFrame = try isText("pd", entry.nested(value))
            default: break
            }
        }
        if isContentType { request.isDataFrame = isFrame }
    }

    /// Whether an InferParameter is the string `text`.
    private func isText(_ text: String, _ parameter: ProtobufReader) throws -> Bool {
        var parameter = parameter
        var isSame = false
        while let field = try parameter.next() {
            if case (3, .bytes(let value)) = (field.number, field.value) {
                isSame = try parameter.text(value).elementsEqual(text.utf8)
            }
        }
        return isSame
    }

    private func readOutput(
        _ bytes: UnsafeRawBufferPointer,
        _ reader: ProtobufReader,
        _ request: inout InferRequest
    ) throws {
        try check(request.outputs.count, bytes, reader)
        var fields = reader.nested(bytes)
        var name = request.names.count..<request.names.count
        while let field = try fields.next() {
            if case (1, .bytes(let text)) = (field.number, field.value) {
                name = request.keep(name: try fields.text(text))
            }
        }
        request.outputs.append(RequestedOutput(name: name))
    }
}

// Inputs.
extension InferMessageDecoder {
    private mutating func readInput(
        _ bytes: UnsafeRawBufferPointer,
        _ reader: ProtobufReader,
        _ request: inout InferRequest
    ) throws {
        try check(request.inputs.count, bytes, reader)
        var fields = reader.nested(bytes)
        var name = request.names.count..<request.names.count
        var datatype: ElementType?
        var hasContents = false
        let axes = request.dimensions.count
        while let field = try fields.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): name = request.keep(name: try fields.text(text))
            case (2, .bytes(let text)): datatype = ElementType(datatype: try fields.text(text))
            case (3, .varint(let length)): request.dimensions.append(Int(truncatingIfNeeded: length))
            case (3, .bytes(let lengths)):
                var lengths = fields.nested(lengths)
                while let length = try lengths.nextVarint() {
                    request.dimensions.append(Int(truncatingIfNeeded: length))
                }
            case (5, .bytes): hasContents = true
            default: break
            }
        }
        guard let datatype else { throw RequestDefect("invalid content type") }
        if hasContents, inputWithContents == nil { inputWithContents = request.inputs.count }
        let shape = axes..<request.dimensions.count
        var tensor = InferTensor(name: name, datatype: datatype, shape: shape, content: .numbers(0..<0))
        // Contents can stand before the datatype that says how to read them: they are read in a second pass.
        if readsElements {
            tensor.content = try request.readContents(of: tensor, from: reader.nested(bytes))
        } else {
            tensor.unread = .message(bytes)
        }
        request.inputs.append(tensor)
    }

    /// Gives every input its raw contents, where there are any.
    private func attachRaws(_ request: inout InferRequest, _ model: UnsafeRawBufferPointer) throws {
        guard !raws.isEmpty else { return }
        guard raws.count == request.inputs.count else {
            throw RequestDefect(
                "the number of inputs (\(request.inputs.count)) does not match the expected number of "
                    + "raw input contents (\(raws.count)) for model '\(String(decoding: model, as: UTF8.self))'."
            )
        }
        if let inputWithContents {
            let name = request.text(request.inputs[inputWithContents].name)
            throw RequestDefect(
                "contents field must not be specified when using raw_input_contents for input '\(name)' "
                    + "for model '\(String(decoding: model, as: UTF8.self))'"
            )
        }
        for index in raws.indices {
            request.inputs[index].content = .raw(raws[index])
            request.inputs[index].unread = nil
        }
        request.wantsBinaryOutputs = true
    }
}
