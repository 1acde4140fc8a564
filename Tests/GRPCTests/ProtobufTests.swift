import Base
import GRPC
import Testing

@Suite struct ProtobufTests {
    struct Case: CustomTestStringConvertible, Sendable {
        let name: String
        let bytes: [UInt8]
        let result: String
        var testDescription: String { name }

        init(_ name: String, _ bytes: [UInt8], _ result: String) {
            self.name = name
            self.bytes = bytes
            self.result = result
        }
    }

    static let varint10: [UInt8] = [0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF, 0xFF]

    @Test(arguments: [
        Case("nothing", [], ""),
        Case("a varint", [0x08, 0x96, 0x01], "1=v150"),
        Case("the largest varint", [0x08] + varint10 + [0x01], "1=v\(UInt64.max)"),
        Case(
            "a varint of eleven bytes",
            [0x08] + varint10 + [0x81, 0x01],
            "a varint is longer than 64 bits at byte 1"
        ),
        Case("a varint of 65 bits", [0x08] + varint10 + [0x02], "a varint is longer than 64 bits at byte 1"),
        Case("a varint that does not end", [0x08, 0x80], "the message ends inside a field at byte 1"),
        Case("a tag without a value", [0x08], "the message ends inside a field at byte 1"),
        Case("a tag that does not end", [0x88], "the message ends inside a field at byte 0"),
        Case("fixed numbers", [0x0D, 1, 0, 0, 0, 0x11, 2, 0, 0, 0, 0, 0, 0, 0x80], "1=i1 2=l9223372036854775810"),
        Case("a short fixed32", [0x0D, 1, 0, 0], "the message ends inside a field at byte 1"),
        Case("a short fixed64", [0x09, 1, 0, 0, 0, 0, 0, 0], "the message ends inside a field at byte 1"),
        Case("bytes", [0x12, 2, 7, 8, 0x12, 0], "2=b[7, 8] 2=b[]"),
        Case("bytes past the end", [0x12, 3, 7, 8], "the message ends inside a field at byte 1"),
        Case("bytes of 2^63", [0x12] + varint10 + [0x01], "the message ends inside a field at byte 1"),
        Case("a group", [0x0B, 0x0C], "a group, which this message format does not have at byte 0"),
        Case("the end of a group", [0x08, 1, 0x0C], "a group, which this message format does not have at byte 2"),
        Case("an unknown type", [0x0E], "an unknown wire type at byte 0"),
        Case("field 0", [0x00, 1], "a field number is 0 or too large at byte 0"),
        Case("the last field", [0xF8, 0xFF, 0xFF, 0xFF, 0x0F, 1], "536870911=v1"),
        Case("a field beyond it", [0x80, 0x80, 0x80, 0x80, 0x10, 1], "a field number is 0 or too large at byte 0"),
    ])
    func readsOrPlacesTheDefect(_ c: Case) {
        #expect(ProtobufTests.fields(c.bytes) == c.result)
    }

    /// A thousand messages inside each other are a thousand bytes to who does not open them.
    @Test func nestingCostsNothing() {
        var bytes: [UInt8] = []
        for _ in 0..<1000 {
            var size = bytes.count
            var length: [UInt8] = []
            repeat {
                length.append(UInt8(size & 0x7F) | (size > 0x7F ? 0x80 : 0))
                size >>= 7
            } while size > 0
            bytes = [0x12] + length + bytes
        }
        #expect(ProtobufTests.fields(bytes).hasPrefix("2=b[18"))
    }

    @Test func defectsOfNestedMessagesAreCountedFromTheOutermost() {
        let bytes: [UInt8] = [0x08, 1, 0x12, 4, 0x0A, 2, 0xC3, 0x28]
        _ = bytes.withUnsafeBytes { bytes in
            #expect(throws: ProtobufDefect(.notUTF8, byte: 6)) {
                var outer = ProtobufReader(bytes)
                while let field = try outer.next() {
                    guard case .bytes(let content) = field.value else { continue }
                    var inner = outer.nested(content)
                    while let field = try inner.next() {
                        if case .bytes(let text) = field.value { _ = try inner.string(text) }
                    }
                }
            }
        }
    }

    /// No prefix of a real message, and no change of one byte, does more than throw.
    @Test func brokenMessagesAreRefusedOrRead() throws {
        let whole = try fixture("mixed")
        for end in 0..<whole.count { _ = ProtobufTests.fields(Array(whole[..<end])) }
        for at in whole.indices {
            for bit in 0..<8 {
                var changed = whole
                changed[at] ^= 1 << bit
                _ = ProtobufTests.fields(changed)
            }
        }
    }

    @Test func writesWhatProtobufWrites() throws {
        var writer = ProtobufWriter()
        writer.set(1, "größe")
        writer.set(2, "")
        writer.set(3, String(repeating: "x", count: 200))
        writer.add(4) { entry in
            entry.add(1, "b")
            entry.add(2) { $0.add(1, false) }
        }
        writer.add(4) { entry in
            entry.add(1, "d")
            entry.add(2) { $0.add(4, double: 1.5) }
        }
        writer.add(4) { entry in
            entry.add(1, "n")
            entry.add(2) { $0.add(2, -1) }
        }
        writer.add(5) { tensor in
            tensor.set(1, "a")
            tensor.add(3) { shape in for length: UInt64 in [2, 4, 1 << 40] { shape.append(varint: length) } }
            tensor.add(5) { contents in
                contents.add(2) { for value: Int64 in [-7, 300] { $0.append(varint: UInt64(bitPattern: value)) } }
                contents.add(6) { for value: Float in [1.5, -2.5] { $0.append(fixed: value.bitPattern) } }
            }
        }
        writer.add(7, UnsafeRawBufferPointer(start: nil, count: 0))
        writer.add(7, count: 256) { for (at, byte) in (0...255).enumerated() { $0[at] = UInt8(byte) } }
        #expect(Array(writer.bytes) == (try fixture("mixed")))
        writer.clear()
        #expect(writer.count == 0)
    }

    /// The fields of a message as text, or its defect.
    private static func fields(_ bytes: [UInt8]) -> String {
        bytes.withUnsafeBytes { bytes in
            var reader = ProtobufReader(bytes)
            var found: [String] = []
            do throws(ProtobufDefect) {
                while let field = try reader.next() {
                    let value =
                        switch field.value {
                        case .varint(let value): "v\(value)"
                        case .fixed64(let value): "l\(value)"
                        case .bytes(let value): "b\(Array(value))"
                        case .fixed32(let value): "i\(value)"
                        }
                    found.append("\(field.number)=\(value)")
                }
                return found.joined(separator: " ")
            } catch {
                return error.description
            }
        }
    }
}
