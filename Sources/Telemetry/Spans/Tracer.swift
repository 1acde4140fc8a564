package import Base
import GRPC
package import Net

/// Gives requests of one thread their place in a trace, and takes down spans of those that are kept. On that thread only.
///
/// A request that is not kept costs a look at its fields, two numbers by chance and nothing else: no memory, no lock.
package final class Tracer {
    /// What traces are read from and written to.
    package let propagators: Propagators
    private let sampler: Sampler
    let keepsRemarkable: Bool
    let slowNanoseconds: Int64
    private let ring: SpanRing
    private let export: ExportSignal
    private let time: any TimeSource
    /// What is to be added to instants, so that they count from 1970. Spans share it: were it read anew for each, a child
    /// would begin nanoseconds before its parent.
    private var epoch: Int64
    /// The halves of ids come from two sources, so that no two processes have all ids in common once they share one half.
    private var chance: SeededGenerator
    private var other: SeededGenerator
    private var writer = SpanWriter()

    init(
        _ settings: TracingSettings,
        ring: SpanRing,
        export: ExportSignal,
        time: any TimeSource,
        seeds: (UInt64, UInt64)
    ) {
        propagators = settings.propagators
        sampler = settings.sampler
        keepsRemarkable = settings.keepsRemarkable
        slowNanoseconds = settings.slow?.nanoseconds ?? .max
        self.ring = ring
        self.export = export
        self.time = time
        epoch = Tracer.settleEpoch(time)
        chance = SeededGenerator(seed: seeds.0)
        other = SeededGenerator(seed: seeds.1)
    }

    /// The place of a request that has just come in: its trace goes on, or begins here.
    package func begin(_ exchange: HTTPExchange) {
        guard let remote = propagators.read(exchange) else { return exchange.trace = beginTrace() }
        exchange.trace = begin(from: remote)
    }

    /// A trace that begins here.
    @inline(__always)
    private func beginTrace() -> TraceContext {
        let (fresh, spanID) = makeIDs()
        let flags = TraceContext.Flags(isSampled: sampler.keeps(fresh, from: nil), isRandom: true)
        return TraceContext(traceID: fresh, spanID: spanID, flags: flags)
    }

    /// The place of work that comes from `remote`, or from nobody.
    package func begin(from remote: RemoteSpan? = nil) -> TraceContext {
        guard let remote else { return beginTrace() }
        let (fresh, spanID) = makeIDs()
        let isGoingOn = remote.traceID.isValid
        let traceID = isGoingOn ? remote.traceID : fresh
        let flags = TraceContext.Flags(
            isSampled: sampler.keeps(traceID, from: remote),
            isRandom: !isGoingOn || remote.isRandom
        )
        return TraceContext(traceID: traceID, spanID: spanID, parentID: remote.spanID, flags: flags)
    }

    /// The id of a new span.
    package func makeSpanID() -> UInt64 { makeIDs().span }

    /// Ids of a new trace and of a span in it: a span's is as much chance as its trace's.
    @inline(__always)
    private func makeIDs() -> (trace: TraceID, span: UInt64) {
        let (high, low) = (chance.next(), other.next())
        return (TraceID(high: high, low: low | 1), (high ^ low) | 1)
    }

    /// Whether spans of a request are taken down: its trace is kept, it failed, or it was slow. Asked when it is over.
    @inline(__always)
    package func keeps(_ trace: TraceContext, failed: Bool, nanoseconds: Int64) -> Bool {
        trace.isSampled || keepsRemarkable && (failed || nanoseconds >= slowNanoseconds) && trace.isValid
    }

    /// Takes a span down, with the attributes that `describe` gives it. What finds no room is counted.
    package func record(_ span: Span, _ describe: (inout SpanWriter) -> Void = { _ in }) {
        followCalendar()
        writer.begin(span, epoch: epoch)
        describe(&writer)
        let bytes = writer.bytes
        guard bytes.count <= TelemetryLimits.spanBytesMax, ring.add(bytes) else { return export.lost.add() }
        if ring.count >= export.batchMax { export.wake() }
    }

    /// Takes on that the calendar was set.
    private func followCalendar() {
        guard isFar(Tracer.readEpoch(time)) else { return }
        let settled = Tracer.settleEpoch(time)
        if isFar(settled) { epoch = settled }
    }

    private func isFar(_ read: Int64) -> Bool {
        (read &- epoch).magnitude > TelemetryLimits.calendarStep.nanoseconds.magnitude
    }

    private static func readEpoch(_ time: any TimeSource) -> Int64 {
        time.wall().nanoseconds &- time.monotonic().nanoseconds
    }

    /// The best of some readings: where a thread has to wait between its two clocks, it reads too little.
    private static func settleEpoch(_ time: any TimeSource) -> Int64 {
        (0..<TelemetryLimits.calendarReadings).reduce(.min) { best, _ in max(best, readEpoch(time)) }
    }
}
