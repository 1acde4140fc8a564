package import Base
import CData

/// Server reflection, v1 and v1alpha: which services there are, and the descriptors of their messages.
package enum ReflectionService {
    /// The names under which the same protocol goes.
    package static let names = ["grpc.reflection.v1.ServerReflection", "grpc.reflection.v1alpha.ServerReflection"]

    /// The method of both versions, on a server that has `others` besides. `descriptors` are serialized
    /// FileDescriptorSets with their messages, which must live for ever.
    package static func methods(
        beside others: [GRPCMethod],
        descriptors: [UnsafeRawBufferPointer]
    ) throws(ProtobufDefect) -> [GRPCMethod] {
        var pool = DescriptorPool()
        let own = UnsafeRawBufferPointer(
            start: cdata_grpc_descriptors_start_address(),
            count: cdata_grpc_descriptors_size()
        )
        for set in [own] + descriptors { try pool.add(set: set) }
        let answers = ReflectionAnswers(services: Set(others.map(\.service) + names).sorted(), pool: pool)
        return names.map { name in
            GRPCMethod(name, "ServerReflectionInfo", .streaming { Reflection($0, answers) })
        }
    }
}

/// One call: an answer to every message, until the client has no more.
private final class Reflection: GRPCStreamHandler {
    private let call: GRPCStreamCall
    private let answers: ReflectionAnswers

    init(_ call: GRPCStreamCall, _ answers: ReflectionAnswers) {
        self.call = call
        self.answers = answers
    }

    func received(_ message: UnsafeRawBufferPointer) {
        do throws(ProtobufDefect) {
            let question = try ReflectionQuestion(message)
            call.send { answers.write(question, message, into: &$0) }
        } catch {
            call.finish(GRPCStatus(error))
        }
    }

    func ended() { call.finish(.ok) }
    func cancelled() {}
}

/// A ServerReflectionRequest.
enum ReflectionQuestion: Equatable {
    case file(name: String)
    case symbol(String)
    case fileOfExtension(type: String, number: Int)
    case extensionNumbers(type: String)
    case services
    case none

    init(_ message: UnsafeRawBufferPointer) throws(ProtobufDefect) {
        self = .none
        var reader = ProtobufReader(message)
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (3, .bytes(let name)): self = .file(name: try reader.string(name))
            case (4, .bytes(let symbol)): self = .symbol(try reader.string(symbol))
            case (5, .bytes(let nested)): self = try ReflectionQuestion.fileOfExtension(reader.nested(nested))
            case (6, .bytes(let type)): self = .extensionNumbers(type: try reader.string(type))
            case (7, .bytes): self = .services
            default: break
            }
        }
    }

    private static func fileOfExtension(_ reader: ProtobufReader) throws(ProtobufDefect) -> ReflectionQuestion {
        var reader = reader
        var type = ""
        var number = 0
        while let field = try reader.next() {
            switch (field.number, field.value) {
            case (1, .bytes(let name)): type = try reader.string(name)
            case (2, .varint(let value)): number = Int(Int32(truncatingIfNeeded: value))
            default: break
            }
        }
        return .fileOfExtension(type: type, number: number)
    }
}

/// What reflection knows, and how it is written as ServerReflectionResponse.
struct ReflectionAnswers {
    let services: [String]
    let pool: DescriptorPool

    func write(_ question: ReflectionQuestion, _ message: UnsafeRawBufferPointer, into writer: inout ProtobufWriter) {
        writer.add(2, message)
        switch question {
        case .file(let name): write(file: pool.file(named: name), orNone: "File \(name) is not known.", &writer)
        case .symbol(let name): write(file: pool.file(declaring: name), orNone: "Symbol \(name) is not known.", &writer)
        case .fileOfExtension(let type, let number):
            write(.notFound, "Extension \(number) of \(type) is not known.", &writer)
        case .extensionNumbers(let type) where pool.isMessage(type):
            writer.add(5) { writer in writer.set(1, type) }
        case .extensionNumbers(let type): write(.notFound, "Type \(type) is not known.", &writer)
        case .services:
            writer.add(6) { list in
                for service in services { list.add(1) { $0.set(1, service) } }
            }
        case .none: write(.invalidArgument, "The request asks for nothing.", &writer)
        }
    }

    private func write(file: UnsafeRawBufferPointer?, orNone message: String, _ writer: inout ProtobufWriter) {
        guard let file else { return write(.notFound, message, &writer) }
        writer.add(4) { $0.add(1, file) }
    }

    private func write(_ code: GRPCStatus.Code, _ message: String, _ writer: inout ProtobufWriter) {
        writer.add(7) { error in
            error.set(1, Int64(code.rawValue))
            error.set(2, message)
        }
    }
}
