import Base

/// Descriptors of .proto files, found by what they declare; read from sets that the program carries inside itself.
///
/// No file of a set may import another: an answer is always one file.
struct DescriptorPool {
    private var files: [UnsafeRawBufferPointer] = []
    private var fileByName: [String: Int] = [:]
    private var fileBySymbol: [String: Int] = [:]
    private var messages: Set<String> = []

    /// How deep messages may be declared inside each other.
    private static let depthMax = 16

    /// Adds the files of a serialized FileDescriptorSet, which must live as long as the pool.
    mutating func add(set: UnsafeRawBufferPointer) throws(ProtobufDefect) {
        var reader = ProtobufReader(set)
        while let field = try reader.next() {
            if case (1, .bytes(let file)) = (field.number, field.value) { try add(file: file) }
        }
    }

    func file(named name: String) -> UnsafeRawBufferPointer? { fileByName[name].map { files[$0] } }

    /// The file that declares `symbol`: a service, method, message, field or enum with its package.
    func file(declaring symbol: String) -> UnsafeRawBufferPointer? { fileBySymbol[symbol].map { files[$0] } }

    func isMessage(_ name: String) -> Bool { messages.contains(name) }
}

// Numbers of the fields are those of google/protobuf/descriptor.proto.
extension DescriptorPool {
    private mutating func add(file: UnsafeRawBufferPointer) throws(ProtobufDefect) {
        let package = try DescriptorPool.name(of: file, field: 2)
        fileByName[try DescriptorPool.name(of: file, field: 1)] = files.count
        files.append(file)
        var reader = ProtobufReader(file)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (4, .bytes(let message)): try add(message: message, in: package, depth: 0)
            case (5, .bytes(let type)): try add(type, in: package, members: nil)
            case (6, .bytes(let service)): try add(service, in: package, members: 2)
            default: break
            }
        }
    }

    private mutating func add(
        message: UnsafeRawBufferPointer,
        in scope: String,
        depth: Int
    ) throws(ProtobufDefect) {
        let name = try add(message, in: scope, members: 2)
        messages.insert(name)
        guard depth < DescriptorPool.depthMax else { return }
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (3, .bytes(let nested)): try add(message: nested, in: name, depth: depth + 1)
            case (4, .bytes(let type)): try add(type, in: name, members: nil)
            default: break
            }
        }
    }

    /// Notes a declaration, and those in its field `members` that have names of their own.
    @discardableResult
    private mutating func add(
        _ declaration: UnsafeRawBufferPointer,
        in scope: String,
        members: Int?
    ) throws(ProtobufDefect) -> String {
        let own = try DescriptorPool.name(of: declaration, field: 1)
        let name = scope.isEmpty ? own : "\(scope).\(own)"
        fileBySymbol[name] = files.count - 1
        var reader = ProtobufReader(declaration)
        while let members, let field = try reader.next() {
            if field.number == members, case .bytes(let member) = field.value {
                fileBySymbol["\(name).\(try DescriptorPool.name(of: member, field: 1))"] = files.count - 1
            }
        }
        return name
    }

    private static func name(of declaration: UnsafeRawBufferPointer, field: Int) throws(ProtobufDefect) -> String {
        var reader = ProtobufReader(declaration)
        while let found = try reader.next() {
            if found.number == field, case .bytes(let name) = found.value { return try reader.string(name) }
        }
        return ""
    }
}
