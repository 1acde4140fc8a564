import Base
import GRPC

/// Messages of the OpenTelemetry protocol (opentelemetry-proto, collector/trace/v1/trace_service.proto).
enum OTLP {
    /// The path of its call of gRPC.
    static let method = "/opentelemetry.proto.collector.trace.v1.TraceService/Export"
    private static let scope: StaticString = "roost"

    /// An ExportTraceServiceRequest of as many spans as `take` gives, at most `max`; nil where there are none.
    ///
    /// - Parameter take: appends one span to the message in hand, as `SpanRing.take` does; false where none is left.
    static func request(
        _ resource: [TracingSettings.Pair],
        max: Int,
        framed: Bool,
        _ take: ((Int, (UnsafeMutableRawBufferPointer) -> Void) -> Void) -> Bool
    ) -> (body: [UInt8], count: Int)? {
        var out = ProtobufWriter()
        var count = 0
        out.add(1) { spans in
            spans.add(1) { about in for pair in resource { about.addAttribute(1, pair.name, pair.value) } }
            spans.add(2) { ofScope in
                ofScope.add(1) { $0.set(1, scope) }
                while count < max, take({ length, fill in ofScope.add(2, count: length, fill: fill) }) { count += 1 }
            }
        }
        guard count > 0 else { return nil }
        let bytes = out.bytes
        guard framed else { return (Array(bytes), count) }
        let prefix: [UInt8] = [0] + withUnsafeBytes(of: UInt32(truncatingIfNeeded: bytes.count).bigEndian, Array.init)
        return (prefix + bytes, count)
    }

    /// How many spans an ExportTraceServiceResponse says that were refused; 0 where it is none.
    static func refused(_ response: UnsafeRawBufferPointer) -> Int {
        var reader = ProtobufReader(response)
        do throws(ProtobufDefect) {
            while let field = try reader.next() {
                guard case (1, .bytes(let partial)) = (field.number, field.value) else { continue }
                var inside = reader.nested(partial)
                while let field = try inside.next() {
                    if case (1, .varint(let count)) = (field.number, field.value) {
                        return Int(clamping: Int64(bitPattern: count))
                    }
                }
            }
        } catch {
            return 0  // The spans arrived; what is said of them cannot be read.
        }
        return 0
    }
}
