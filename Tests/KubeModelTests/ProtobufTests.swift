import Base
import KubeModel
import Testing

@Suite struct ProtobufTests {
    /// What either encoding may leave out or write as zero.
    private func withoutZeros(_ value: JSON) -> JSON {
        switch value {
        case .object(let members):
            let kept = members.mapValues(withoutZeros).filter {
                ![.null, "", 0, false, .emptyObject, .array([])].contains($0.value)
            }
            return .object(kept)
        case .array(let elements): return .array(elements.map(withoutZeros))
        default: return value
        }
    }

    private func body(_ c: JSON) throws -> [UInt8] { try #require(Base64.decode(c["body"].string ?? "")) }

    @Test func recordedObjectsEqualTheirJSON() throws {
        for c in try recorded("protobuf-pairs") {
            let object = try ProtobufDecoder.decode(try body(c))
            #expect(withoutZeros(object).text == withoutZeros(c["json"]).text, "\(c["json"]["kind"].text)")
        }
    }

    @Test func whatKubectlSendsPassesTheSchemaWithoutAnUnknownField() throws {
        for c in try recorded("protobuf-requests") {
            let object = try ProtobufDecoder.decode(try body(c))
            let kind = object["kind"].string ?? ""
            #expect(!kind.isEmpty && !object["apiVersion"].isNull)
            #expect(object["metadata"]["generation"].isNull && object["metadata"]["creationTimestamp"].isNull)
            let group = object["apiVersion"].string?.split(separator: ".").first.map(String.init) ?? ""
            let prefixes = [
                "v1": "core", "apps/v1": "apps", "batch/v1": "batch", "autoscaling/v1": "as1", "autoscaling/v2": "as2",
                "networking": "net", "rbac": "rbac", "policy/v1": "policy", "authorization": "authz",
                "authentication": "authn",
            ]
            let prefix = try #require(prefixes[group], "\(group)")
            let decoded = Schema.message("\(prefix).\(kind)").decode(object)
            #expect(decoded.unknownFields == [] && decoded.mismatch == nil, "\(kind)")
        }
    }

    @Test func deleteOptionsAreAnObjectToo() throws {
        // k8s\0, TypeMeta{v1, DeleteOptions}, raw {1: 5 seconds, 4: Background}
        let bytes: [UInt8] =
            [0x6B, 0x38, 0x73, 0x00, 0x0A, 0x13, 0x0A, 0x02] + Array("v1".utf8) + [0x12, 0x0D]
            + Array("DeleteOptions".utf8)
            + [0x12, 0x0E, 0x08, 0x05, 0x22, 0x0A] + Array("Background".utf8)
        let options = try ProtobufDecoder.decode(bytes)
        #expect(options["gracePeriodSeconds"] == 5 && options["propagationPolicy"] == "Background")
    }

    @Test func everyPrefixAndEveryFlippedByteIsAnAnswerNotATrap() throws {
        var generator = SeededGenerator(seed: 7)
        for c in try recorded("protobuf-requests").prefix(4) {
            let bytes = try body(c)
            for count in 0..<bytes.count { _ = try? ProtobufDecoder.decode(Array(bytes[..<count])) }
            for index in 4..<bytes.count {
                var damaged = bytes
                damaged[index] = UInt8.random(in: 0...255, using: &generator)
                _ = try? ProtobufDecoder.decode(damaged)
            }
        }
    }

    @Test func floodsOfEmptyFieldsAreRefused() {
        let empty = Array(repeating: [UInt8]([0x0A, 0x00]), count: ProtobufDecoder.fieldsMax + 1).joined()
        var raw: [UInt8] = [0x12]
        var length = empty.count
        while length >= 128 {
            raw.append(UInt8(length & 127 | 128))
            length >>= 7
        }
        raw.append(UInt8(length))
        let head: [UInt8] = [0x6B, 0x38, 0x73, 0x00, 0x0A, 0x0F, 0x0A, 0x02] + Array("v1".utf8) + [0x12, 0x09]
        #expect(throws: APIStatus.self) {
            try ProtobufDecoder.decode(head + Array("ConfigMap".utf8) + raw + empty)
        }
    }
}
