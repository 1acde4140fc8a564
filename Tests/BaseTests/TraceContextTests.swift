import Base
import Testing

/// Ids of traces as text and back.
struct TraceContextTests {
    @Test(arguments: [
        ("0123456789abcdef0011223344556677", TraceID(high: 0x0123_4567_89AB_CDEF, low: 0x0011_2233_4455_6677)),
        ("00000000000000000000000000000001", TraceID(high: 0, low: 1)),
        ("80000000000000000000000000000000", TraceID(high: 1 << 63, low: 0)),
        ("00000000000000000000000000000000", nil),
        ("0123456789ABCDEF0011223344556677", nil),
        ("0123456789abcdef001122334455667", nil),
        ("0123456789abcdef00112233445566778", nil),
        ("0123456789abcdefg011223344556677", nil),
        ("", nil),
    ])
    func idsAreThirtyTwoSmallDigits(_ text: String, _ id: TraceID?) {
        #expect(Array(text.utf8).withUnsafeBytes { TraceID(hex: $0) } == id)
        if let id { #expect(id.hex == text) }
    }

    @Test func contextsKnowWhetherTheyAreAny() {
        #expect(!TraceContext.none.isValid)
        let context = TraceContext(traceID: TraceID(high: 0, low: 9), spanID: 1, flags: [.sampled, .random])
        #expect(context.isValid && context.isSampled && context.flags.rawValue == 3)
    }
}
