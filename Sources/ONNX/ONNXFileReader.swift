import Base
import Prediction

/// Reads an `ONNXFile` out of a file's bytes; numbers are those of onnx.proto. Weights are passed over.
struct ONNXFileReader {
    private var file = ONNXFile()
    /// Names of tensors that the graph has values for.
    private var valued: Set<String> = []

    /// Reads a file; throws where it is no ONNX, or where it asks for what cannot be served.
    static func read(_ bytes: [UInt8]) throws(ModelDefect) -> ONNXFile {
        do {
            return try bytes.withUnsafeBytes { bytes in
                var reader = ONNXFileReader()
                try reader.readModel(ProtobufReader(bytes))
                return reader.file
            }
        } catch let defect as ModelDefect {
            throw defect
        } catch let defect as ProtobufDefect {
            throw ModelDefect(at: .byte(defect.byte), what: "is no ONNX", why: defect.kind.rawValue)
        } catch {
            throw ModelDefect(at: .byte(0), what: "is no ONNX", why: "\(error)")
        }
    }

    private mutating func readModel(_ message: ProtobufReader) throws {
        var message = message
        var graph: ProtobufReader?
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (1, .varint(let version)): file.irVersion = Int64(bitPattern: version)
            case (2, .bytes(let text)): file.producer = try message.string(text)
            case (3, .bytes(let text)): file.producerVersion = try message.string(text)
            case (7, .bytes(let bytes)): graph = message.nested(bytes)
            case (8, .bytes(let bytes)): try readOperatorSet(message.nested(bytes))
            case (14, .bytes(let bytes)):
                let entry = try ONNXFileReader.readEntry(message.nested(bytes))
                file.remarks.append((key: entry.key, value: entry.value))
            case (20, .bytes(let bytes)): try findWeights(.training, message.nested(bytes))
            case (25, .bytes(let bytes)): try findWeights(.function, message.nested(bytes))
            default: break
            }
        }
        guard let graph else { throw ModelDefect(at: .byte(0), what: "is no ONNX", why: "there is no graph in it") }
        try readGraph(graph)
        try findWeights(.graph, graph)
    }

    private mutating func readOperatorSet(_ message: ProtobufReader) throws {
        var message = message
        var domain = "ai.onnx"
        var version: UInt64 = 0
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)) where !text.isEmpty: domain = try message.string(text)
            case (2, .varint(let number)): version = number
            default: break
            }
        }
        file.operatorSets.append("\(domain) \(version)")
    }

    private static func readEntry(_ message: ProtobufReader) throws -> (key: String, value: String) {
        var message = message
        var entry = (key: "", value: "")
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let text)): entry.key = try message.string(text)
            case (2, .bytes(let text)): entry.value = try message.string(text)
            default: break
            }
        }
        return entry
    }
}

// The graph's inputs and outputs.
extension ONNXFileReader {
    private mutating func readGraph(_ message: ProtobufReader) throws {
        var message = message
        var inputs: [ONNXPort] = []
        while let field = try message.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let bytes)):
                file.nodes += 1
                let name = try ONNXFileReader.name(of: message.nested(bytes), field: 4)
                if ONNXFileReader.mayTakeLong(name) { file.mayTakeLong = true }
            case (2, .bytes(let text)): file.graphName = try message.string(text)
            case (5, .bytes(let bytes)): valued.insert(try ONNXFileReader.name(of: message.nested(bytes), field: 8))
            case (15, .bytes(let bytes)):
                valued.insert(try ONNXFileReader.nameOfSparse(message.nested(bytes)))
            case (11, .bytes(let bytes)):
                inputs.append(try ONNXPort(message.nested(bytes), "input"))
                try ONNXFileReader.check(inputs.count, "inputs")
            case (12, .bytes(let bytes)):
                let port = try ONNXPort(message.nested(bytes), "output")
                file.outputs.append(TensorOutput(name: port.name, kind: try port.kind("output")))
                try ONNXFileReader.check(file.outputs.count, "outputs")
            default: break
            }
        }
        for port in inputs {
            let isOptional = valued.contains(port.name)
            // Before version 4 every tensor with a value had to be named among the inputs, and none could be replaced.
            if isOptional, file.irVersion < 4 { continue }
            let kind = try port.kind("input")
            if case .maps = kind {
                throw ModelDefect(
                    at: .member("input '\(port.name)'"),
                    what: "is a sequence of maps, which is not served"
                )
            }
            file.inputs.append(TensorInput(name: port.name, kind: kind, isOptional: isOptional))
        }
    }

    /// Operators that hold graphs of their own, networks over images and sequences.
    private static func mayTakeLong(_ name: String) -> Bool {
        ["Loop", "Scan", "If", "SequenceMap", "LSTM", "GRU", "RNN"].contains(name) || name.contains("Conv")
            || name.contains("Attention")
    }

    private static func check(_ count: Int, _ what: String) throws(ModelDefect) {
        guard count <= ONNXLimits.portsMax else {
            throw ModelDefect(at: .member("graph"), what: "has more than \(ONNXLimits.portsMax) \(what)")
        }
    }

    private static func name(of message: ProtobufReader, field number: Int) throws -> String {
        var message = message
        var name = ""
        while let field = try message.next() {
            if field.number == number, case .bytes(let text) = field.value { name = try message.string(text) }
        }
        return name
    }

    private static func nameOfSparse(_ message: ProtobufReader) throws -> String {
        var message = message
        while let field = try message.next() {
            if case (1, .bytes(let values)) = (field.number, field.value) {
                return try name(of: message.nested(values), field: 8)
            }
        }
        return ""
    }
}

// Files beside the model: every tensor of every graph may lie in one.
extension ONNXFileReader {
    /// The messages that tensors may be somewhere inside of.
    private enum Holder {
        case graph, node, attribute, tensor, sparse, function, training

        /// What the fields of a message hold that may have tensors inside.
        func part(_ number: Int) -> Holder? {
            switch (self, number) {
            case (.graph, 1), (.function, 7): .node
            case (.graph, 5), (.attribute, 5), (.attribute, 10), (.sparse, 1), (.sparse, 2): .tensor
            case (.graph, 15), (.attribute, 22), (.attribute, 23): .sparse
            case (.node, 5), (.function, 11): .attribute
            case (.attribute, 6), (.attribute, 11), (.training, 1), (.training, 2): .graph
            default: nil
            }
        }
    }

    private mutating func findWeights(_ holder: Holder, _ message: ProtobufReader, depth: Int = 0) throws {
        // A graph in an attribute of a node of a graph is three levels down.
        guard depth < 3 * ONNXLimits.nestingMax else {
            throw ModelDefect(at: .member("graph"), what: "holds graphs nested deeper than \(ONNXLimits.nestingMax)")
        }
        var message = message
        while let field = try message.next() {
            guard case .bytes(let bytes) = field.value else { continue }
            if holder == .tensor, field.number == 13 {
                let entry = try ONNXFileReader.readEntry(message.nested(bytes))
                if entry.key == "location" { try keepExternal(entry.value) }
            } else if let part = holder.part(field.number) {
                try findWeights(part, message.nested(bytes), depth: depth + 1)
            }
        }
    }

    private mutating func keepExternal(_ name: String) throws(ModelDefect) {
        file.externalFiles.insert(name)
        guard file.externalFiles.count <= ONNXLimits.externalFilesMax else {
            throw ModelDefect(
                at: .member("graph"),
                what: "names more than \(ONNXLimits.externalFilesMax) files with weights"
            )
        }
    }
}
