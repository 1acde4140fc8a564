package import Base

/// Draws the numbers by which requests are shared among versions: uniform each, and spread evenly already after a few, so that
/// 1,000 requests at 70/30 lie within a point of it.
///
/// Numbers come in blocks. A block's are neighbours in a Weyl sequence (multiples of the golden ratio's fraction from a start by
/// chance), which meets every interval as often as its length says, off by two or three however long it runs. Within a block
/// their order is chance.
///
/// The sequence alone would not do: requests have rhythms (two clients in turn, a probe at every 21st), and a regular sequence
/// gives the requests of one rhythm more of one version. Here chance that knows nothing of requests decides which of a block
/// gets which number, as in the permuted blocks of clinical trials: whichever requests are picked out without a look at the
/// draws, each version gets its part of them. So experiments compare like with like; their intervals take requests as
/// independent, and are right or a little too wide.
package struct SteadyDraw: Sendable {
    /// The first number of the block.
    private var start: UInt64
    /// A bit for each number of the block that is still to be drawn.
    private var left: UInt64 = 0

    /// Numbers of a block: large enough that the last ones cannot be guessed from those before, small enough that a part of one
    /// weighs little among 1,000.
    package static let blockCount = 32
    /// The golden ratio's fraction of all numbers.
    private static let step: UInt64 = 0x9E37_79B9_7F4A_7C15

    package init(using chance: inout SeededGenerator) { start = chance.next() }

    /// The next number.
    package mutating func next(using chance: inout SeededGenerator) -> UInt64 {
        if left == 0 {
            start &+= Self.step &* UInt64(Self.blockCount)
            left = (1 << Self.blockCount) - 1
        }
        var rest = left
        for _ in 0..<chance.next() % UInt64(left.nonzeroBitCount) { rest &= rest &- 1 }
        let place = rest.trailingZeroBitCount
        left &= ~(1 << place)
        return start &+ Self.step &* UInt64(place)
    }

    /// Which of the items with these weights a number falls to; nil where none has a weight.
    package static func choose<Items: Collection>(
        by number: UInt64,
        among items: Items,
        weight: (Items.Element) -> Int,
        sum: Int
    ) -> Items.Element? {
        var point = Int(number.multipliedFullWidth(by: UInt64(max(0, sum))).high)
        for item in items {
            if point < weight(item) { return item }
            point -= weight(item)
        }
        return nil
    }
}

/// One worker's draw for one target, kept from table to table.
final class WorkerDraw: @unchecked Sendable {
    // Safe: only the worker whose it is touches it, on its loop.
    private var draw: SteadyDraw?

    func next(using chance: inout SeededGenerator) -> UInt64 {
        var draw = self.draw ?? SteadyDraw(using: &chance)
        defer { self.draw = draw }
        return draw.next(using: &chance)
    }
}
