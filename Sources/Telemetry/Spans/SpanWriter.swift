import Base
import GRPC

/// Writes a span as OTLP has it (opentelemetry-proto, trace/v1/trace.proto): fields, then attributes.
package struct SpanWriter: ~Copyable {
    private var out = ProtobufWriter()

    /// Bits above those of a traceparent: whether it is known where the parent is, and that it is elsewhere.
    private static let knowsParent: UInt32 = 0x100
    private static let remoteParent: UInt32 = 0x200
    private static let failed: Int64 = 2

    init() {}

    /// What was written since `begin`.
    var bytes: UnsafeRawBufferPointer { out.bytes }

    /// Begins a span.
    ///
    /// - Parameter epoch: what is to be added to instants, so that they count from 1970.
    mutating func begin(_ span: Span, epoch: Int64) {
        out.clear(keeping: TelemetryLimits.spanBytesMax)
        out.add(1, count: 16) { target in
            target.storeBytes(of: span.traceID.high.bigEndian, as: UInt64.self)
            target.storeBytes(of: span.traceID.low.bigEndian, toByteOffset: 8, as: UInt64.self)
        }
        out.add(2, id: span.id)
        if span.parentID != 0 { out.add(4, id: span.parentID) }
        out.set(5, span.name)
        out.add(6, span.kind.rawValue)
        out.add(7, fixed64: UInt64(bitPattern: span.start.nanoseconds &+ epoch))
        out.add(8, fixed64: UInt64(bitPattern: span.end.nanoseconds &+ epoch))
        if let failure = span.failure {
            out.add(15) { status in
                status.set(2, failure)
                status.add(3, Self.failed)
            }
        }
        let place = Self.knowsParent | (span.hasRemoteParent ? Self.remoteParent : 0)
        out.add(16, fixed32: place | UInt32(span.flags.rawValue))
    }

    /// An attribute of text.
    package mutating func set(_ name: StaticString, _ value: String) {
        var value = value
        value.withUTF8 { set(name, text: UnsafeRawBufferPointer($0)) }
    }

    /// An attribute of text that is the program's own.
    package mutating func set(_ name: StaticString, word value: StaticString) {
        set(name, UnsafeRawBufferPointer(start: value.utf8Start, count: value.utf8CodeUnitCount))
    }

    /// An attribute of bytes that came from outside: what is no UTF-8 is mended, what is too long is cut.
    package mutating func set(_ name: StaticString, _ value: UnsafeRawBufferPointer?) {
        guard let value, !value.isEmpty else { return }
        let part = UnsafeRawBufferPointer(rebasing: value.prefix(TelemetryLimits.textBytesMax))
        guard part.allSatisfy({ $0 < 0x80 }) else { return set(name, String(decoding: part, as: UTF8.self)) }
        set(name, text: part)
    }

    private mutating func set(_ name: StaticString, text: UnsafeRawBufferPointer) {
        out.add(9) { attribute in
            attribute.set(1, name)
            attribute.add(2) { $0.add(1, text) }
        }
    }

    /// An attribute that is a number.
    package mutating func set(_ name: StaticString, _ value: Int) {
        out.add(9) { attribute in
            attribute.set(1, name)
            attribute.add(2) { $0.add(3, Int64(value)) }
        }
    }

    /// An attribute that is true or false.
    package mutating func set(_ name: StaticString, _ value: Bool) {
        out.add(9) { attribute in
            attribute.set(1, name)
            attribute.add(2) { $0.add(2, value) }
        }
    }
}

extension ProtobufWriter {
    /// An attribute of text, as field `number` of whatever has attributes.
    mutating func addAttribute(_ number: Int, _ name: String, _ value: String) {
        add(number) { attribute in
            attribute.set(1, name)
            attribute.add(2) { $0.add(1, value) }
        }
    }

    /// A span's id: eight bytes.
    fileprivate mutating func add(_ number: Int, id: UInt64) {
        add(number, count: 8) { $0.storeBytes(of: id.bigEndian, as: UInt64.self) }
    }
}
