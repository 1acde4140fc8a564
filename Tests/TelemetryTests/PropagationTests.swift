import Base
import Net
import Telemetry
import Testing

/// What fields of requests say of traces, as their specifications have it.
struct PropagationTests {
    private static let trace = TraceID(high: 0x0AF7_6519_16CD_43DD, low: 0x8448_EB21_1C80_319C)
    private static let span: UInt64 = 0xB7AD_6B71_6920_3331
    private static let ids = "0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331"

    struct Case: CustomStringConvertible, Sendable {
        let text: String
        let remote: RemoteSpan?
        var description: String { text }

        init(_ text: String, _ decision: RemoteSpan.Decision?, random: Bool = false) {
            self.text = text
            remote = decision.map {
                RemoteSpan(
                    traceID: PropagationTests.trace,
                    spanID: PropagationTests.span,
                    decision: $0,
                    isRandom: random
                )
            }
        }

        init(_ text: String, remote: RemoteSpan?) {
            self.text = text
            self.remote = remote
        }
    }

    @Test(arguments: [
        Case("00-\(ids)-01", .kept),
        Case("00-\(ids)-00", .dropped),
        Case("00-\(ids)-03", .kept, random: true),
        Case("00-\(ids)-fe", .dropped, random: true),
        // Later versions: read as far as version 00 goes.
        Case("cc-\(ids)-01", .kept),
        Case("cc-\(ids)-01-what-the-future-will-be-like", .kept),
        Case("cc-\(ids)-01.what-the-future-will-be-like", nil),
        Case("fe-\(ids)-01-", .kept),
        Case("ff-\(ids)-01", nil),
        Case("00-\(ids)-01-", nil),
        Case("00-\(ids)-011", nil),
        Case("00-\(ids)-0", nil),
        Case("00-\(ids)-0X", nil),
        Case("00-\(ids)-.0", nil),
        Case(".0-\(ids)-01", nil),
        Case("0-\(ids)-01", nil),
        Case("0X-\(ids)-01", nil),
        Case("00-00000000000000000000000000000000-b7ad6b7169203331-01", nil),
        Case("00-0af7651916cd43dd8448eb211c80319c-0000000000000000-01", nil),
        Case("00-0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-01", nil),
        Case("00-0af7651916cd43dd8448eb211c80319c-B7AD6B7169203331-01", nil),
        Case("00-.af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-01", nil),
        Case("00-0af7651916cd43dd8448eb211c80319c0-b7ad6b7169203331-01", nil),
        Case("00-0af7651916cd43dd8448eb211c80319-b7ad6b7169203331-01", nil),
        Case("00_\(ids)_01", nil),
        Case("", nil),
        Case(String(repeating: "0", count: 8000), nil),
    ])
    func traceparentIsReadAsTheSpecificationHasIt(_ c: Case) {
        #expect(Array(c.text.utf8).withUnsafeBytes { TraceParent.parse($0) } == c.remote)
    }

    @Test(arguments: [
        ("foo=1,bar=2", 2), ("foo=1 , bar=2,", 2), ("", 0), (" , ", 0), ("foo=1,\tbar= 2", 2),
        ("fw529a3039@dt=FfD2eDAAA,z-_*/9=~", 2), ("a=\(String(repeating: "x", count: 256))", 1),
        ("a=\(String(repeating: "x", count: 257))", nil), ("\(String(repeating: "k", count: 257))=1", nil),
        ("foo", nil), ("foo=", nil), ("=1", nil), ("Foo=1", nil), ("foo=1=2", nil), ("a@b@c=1", nil), ("@b=1", nil),
        ("f o=1", nil), ("foo=\u{7F}", nil), ("foo =1", nil),
    ])
    func tracestateIsPassedOnOnlyWhereItIsWellFormed(_ text: String, _ members: Int?) {
        #expect(Array(text.utf8).withUnsafeBytes { TraceState.members($0) } == members)
    }

    @Test(arguments: [
        Case("\(ids)-1", .kept), Case("\(ids)-d", .kept), Case("\(ids)-0", .dropped), Case(ids, .open),
        Case("\(ids)-1-05e3ac9a4f6e3b90", .kept),
        Case("1", remote: RemoteSpan(traceID: .none, spanID: 0, decision: .kept)),
        Case("0", remote: RemoteSpan(traceID: .none, spanID: 0, decision: .dropped)),
        Case(
            "8448eb211c80319c-b7ad6b7169203331",
            remote: RemoteSpan(traceID: TraceID(high: 0, low: trace.low), spanID: span, decision: .open)
        ),
        Case("\(ids)-2", nil), Case("\(ids)-1-05e3", nil), Case("\(ids)-1-05e3ac9a4f6e3b90-1", nil), Case("", nil),
        Case("0af7651916cd43dd8448eb211c80319c", nil), Case("-", nil), Case("---", nil),
        Case("0000000000000000-b7ad6b7169203331-1", nil),
        Case("0af7651916cd43dd8448eb211c80319c-0000000000000000-1", nil),
        Case("0AF7651916CD43DD8448EB211C80319C-b7ad6b7169203331-1", nil),
    ])
    func b3IsReadFromOneField(_ c: Case) {
        #expect(Array(c.text.utf8).withUnsafeBytes { B3.parse($0) } == c.remote)
    }

    /// Trace, span, sampled and flags, with blanks between them; `_` is a field that is not there.
    @Test(arguments: [
        Case("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 1 _", .kept),
        Case("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 true _", .kept),
        Case("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 0 _", .dropped),
        Case("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 _ _", .open),
        Case("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 _ 1", .kept),
        Case("_ _ 0 _", remote: RemoteSpan(traceID: .none, spanID: 0, decision: .dropped)),
        Case("_ _ _ _", nil), Case("_ b7ad6b7169203331 1 _", nil),
        Case("0af7651916cd43dd8448eb211c80319c _ 1 _", nil),
        Case("0af7651916cd43dd8448eb211c80319c b7ad6b7169203331 maybe _", nil),
    ])
    func b3IsReadFromSeveralFields(_ c: Case) {
        let parts = c.text.split(separator: " ").map { Array($0.utf8) }
        func field(_ index: Int, _ body: (UnsafeRawBufferPointer?) -> RemoteSpan?) -> RemoteSpan? {
            parts[index] == [UInt8(ascii: "_")] ? body(nil) : parts[index].withUnsafeBytes { body($0) }
        }
        let remote = field(0) { traceID in
            field(1) { spanID in
                field(2) { sampled in
                    field(3) { flags in
                        B3.parse(B3.Fields(traceID: traceID, spanID: spanID, sampled: sampled, flags: flags))
                    }
                }
            }
        }
        #expect(remote == c.remote)
    }

    @Test func whatIsWrittenIsReadBack() {
        let flags: [TraceContext.Flags] = [[], .sampled, .random, [.sampled, .random]]
        for flags in flags {
            let context = TraceContext(traceID: Self.trace, spanID: 1, parentID: 2, flags: flags)
            func value(_ name: String, _ write: (inout OutBuffer) -> Void) -> [UInt8] {
                var out = OutBuffer()
                write(&out)
                return Array(out.bytes.dropFirst(name.utf8.count + 2).dropLast(2))
            }
            let parent = value("traceparent") { TraceParent.write(context, spanID: Self.span, to: &$0) }
            let remote = parent.withUnsafeBytes { TraceParent.parse($0) }
            #expect(remote == Case("", context.isSampled ? .kept : .dropped, random: flags.contains(.random)).remote)
            let b3 = value("b3") { B3.write(context, spanID: Self.span, to: &$0) }
            #expect(b3.withUnsafeBytes { B3.parse($0) } == Case("", context.isSampled ? .kept : .dropped).remote)
        }
    }
}
