import Base
import ONNX
import Prediction
import Testing

/// What is read of files without onnxruntime.
@Suite struct ONNXFileTests {
    private func describe(_ bytes: [UInt8]) throws -> ModelDescription {
        let outline = try #require(ModelFormat.onnx.outline)
        return try outline(bytes, Model.Options())
    }

    @Test func aFileTellsOfItself() throws {
        let told = try describe(modelBytes("iris-maps"))
        #expect(told.format == "ONNX" && told.library == "skl2onnx")
        let parameters = Dictionary(uniqueKeysWithValues: told.estimator.parameters.map { ($0.name, $0.value) })
        #expect(parameters["operators"]?.contains("ai.onnx.ml") == true)
        #expect(parameters["nodes"] == "4")
    }

    @Test func theHeadTellsTheFormat() throws {
        #expect(ModelFormat.onnx.isBegunBy(try modelBytes("scalar")[...]))
        for other in [[], [0x08], [0x80, 0x04], Array("{\"a\"".utf8)] as [[UInt8]] {
            #expect(!ModelFormat.onnx.isBegunBy(other[...]))
        }
    }

    /// Files by hand: fields as (number, bytes).
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let error: String
        var testDescription: String { name }
    }

    private static func number(_ field: Int, _ value: UInt8) -> [UInt8] { [UInt8(field << 3), value] }

    /// A graph whose one input `x` has this type.
    private static func file(_ type: [UInt8], output isOutput: Bool = false) -> [UInt8] {
        number(1, 8) + field(7, field(isOutput ? 12 : 11, field(1, Array("x".utf8)) + field(2, type)))
    }

    private static func nested(_ levels: Int) -> [UInt8] {
        (0..<levels).reduce(field(1, number(1, 1))) { type, _ in field(9, field(1, type)) }
    }

    @Test(arguments: [
        Case(name: "nothing", bytes: [], error: "is no ONNX at byte 0: there is no graph in it"),
        Case(name: "no message", bytes: [0x08], error: "is no ONNX at byte 1: the message ends inside a field"),
        Case(
            name: "a group",
            bytes: [0x0B],
            error: "is no ONNX at byte 0: a group, which this message format does not have"
        ),
        Case(
            name: "complex",
            bytes: file(field(1, number(1, 14))),
            error: "input 'x': has elements of complex64, which are not served"
        ),
        Case(
            name: "int4",
            bytes: file(field(1, number(1, 22))),
            error: "input 'x': has elements of int4, which are not served"
        ),
        Case(
            name: "unknown type",
            bytes: file(field(1, number(1, 99))),
            error: "input 'x': has elements of type 99, which are not served"
        ),
        Case(name: "sparse", bytes: file(field(8, [])), error: "input 'x': is a sparse tensor, which is not served"),
        Case(name: "opaque", bytes: file(field(7, [])), error: "input 'x': has an opaque type, which is not served"),
        Case(name: "no type", bytes: file([]), error: "input 'x': names no type"),
        Case(name: "no elements", bytes: file(field(1, [])), error: "input 'x': names no element type"),
        Case(name: "too deep", bytes: file(nested(40)), error: "input 'x': has a type nested too deep"),
        Case(
            name: "sequences in a sequence",
            bytes: file(field(4, field(1, field(4, field(1, field(1, number(1, 1))))))),
            error: "input 'x': is a sequence of sequences, which is not served"
        ),
        Case(
            name: "maps from numbers",
            bytes: file(field(5, number(1, 1) + field(2, field(1, number(1, 1))))),
            error: "input 'x': is a map of another kind than texts or int64 to numbers"
        ),
        Case(
            name: "too many axes",
            bytes: file(field(1, number(1, 1) + field(2, (0..<65).flatMap { _ in field(1, []) }))),
            error: "input 'x': has more than 64 axes"
        ),
        Case(
            name: "a name with 0 in it",
            bytes: number(1, 8) + field(7, field(11, field(1, [0x61, 0]))),
            error: "graph: has an input of no proper name"
        ),
    ])
    func faultsAreTold(_ c: Case) {
        #expect { try describe(c.bytes) } throws: { "\($0)" == c.error }
    }

    @Test func graphsInGraphsEnd() {
        // An attribute with a graph, in a node, in the graph before.
        var inner: [UInt8] = []
        for _ in 0..<50 { inner = ONNXFileTests.field(1, ONNXFileTests.field(5, ONNXFileTests.field(6, inner))) }
        #expect { try describe([0x08, 8] + ONNXFileTests.field(7, inner)) } throws: {
            "\($0)" == "graph: holds graphs nested deeper than \(ONNXLimits.nestingMax)"
        }
    }

    private static func field(_ number: Int, _ content: [UInt8]) -> [UInt8] {
        var (length, bytes) = (content.count, [UInt8(number << 3 | 2)])
        while length >= 128 {
            bytes.append(UInt8(length & 127 | 128))
            length >>= 7
        }
        return bytes + [UInt8(length)] + content
    }
}
