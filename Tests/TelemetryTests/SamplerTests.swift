import Base
import Telemetry
import Testing

/// Which traces are kept.
struct SamplerTests {
    private static let low = TraceID(high: 0, low: 0x1FFF_FFFF_FFFF_FFFF)
    private static let high = TraceID(high: 0, low: 0x2000_0000_0000_0000)

    private static func remote(_ decision: RemoteSpan.Decision) -> RemoteSpan {
        RemoteSpan(traceID: low, spanID: 1, decision: decision)
    }

    @Test(arguments: [
        ("always_on", "", low, nil, true), ("always_on", "", low, remote(.dropped), true),
        ("always_off", "", low, nil, false), ("always_off", "", low, remote(.kept), false),
        ("parentbased_always_on", "", low, nil, true), ("parentbased_always_on", "", low, remote(.dropped), false),
        ("parentbased_always_on", "", low, remote(.open), true),
        ("parentbased_always_off", "", low, nil, false), ("parentbased_always_off", "", low, remote(.kept), true),
        // A quarter of 2^63 lies between the two ids; the highest bit says nothing.
        ("traceidratio", "0.25", low, nil, true), ("traceidratio", "0.25", high, nil, false),
        ("traceidratio", "0.25", TraceID(high: .max, low: low.low | 1 << 63), nil, true),
        ("traceidratio", "0.25", high, remote(.kept), false),
        ("traceidratio", "0", TraceID(high: 1, low: 0), nil, false),
        ("traceidratio", "", TraceID(high: 1, low: .max), nil, true),
        ("parentbased_traceidratio", "0.25", high, remote(.kept), true),
        ("parentbased_traceidratio", "0.25", low, remote(.dropped), false),
        ("parentbased_traceidratio", "0.25", high, remote(.open), false),
    ])
    func tracesAreKept(_ name: String, _ argument: String, _ id: TraceID, _ remote: RemoteSpan?, _ isKept: Bool) throws
    {
        let sampler = try #require(Sampler(named: name, argument: argument))
        #expect(sampler.keeps(id, from: remote) == isKept)
    }

    @Test(arguments: [
        ("never", ""), ("traceidratio", "-0.1"), ("traceidratio", "1.1"), ("traceidratio", "nan"), ("", ""),
    ])
    func thereAreNoOtherSamplers(_ name: String, _ argument: String) {
        #expect(Sampler(named: name, argument: argument) == nil)
    }

    @Test func aRatioKeepsSoManyOfAll() throws {
        var chance = SeededGenerator(seed: 7)
        let sampler = Sampler(.ratio(0.01), followsParent: true)
        let kept = (0..<100_000).count { _ in
            sampler.keeps(TraceID(high: chance.next(), low: chance.next()), from: nil)
        }
        // Five standard deviations about 1,000.
        #expect((843...1157).contains(kept))
    }
}
