/// In which order endpoints are looked at for a free slot, as Knative's activator looks at them. Pure.
package enum SlotOrder: Sendable {
    /// The first is filled before the next gets any.
    case firstFree
    /// On from the one that was taken last.
    case around

    /// Small limits fill one endpoint before the next.
    private static let firstFreeMax = 3

    /// - Parameter limit: requests that each endpoint takes at once.
    package init(limit: Int) { self = limit <= Self.firstFreeMax ? .firstFree : .around }

    /// The first of `count` endpoints for which `takes` says yes; `turn` is where the next look begins.
    package func pick(of count: Int, turn: inout Int, where takes: (Int) -> Bool) -> Int? {
        // There may have been more of them the last time.
        let start = self == .around && turn < count ? turn : 0
        for offset in 0..<count {
            let index = (start + offset) % count
            guard takes(index) else { continue }
            turn = index + 1
            return index
        }
        return nil
    }
}
