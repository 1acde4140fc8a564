import Node
import Testing

@Suite struct StartQueueTests {
    /// The order in which starts get their turn when each ends before the next one is let through.
    private func order(_ owners: String, width: Int) -> String {
        var queue = StartQueue(width: width)
        var names: [Int: Character] = [:]
        for owner in owners { names[queue.enter(String(owner))] = owner }
        var (order, underWay) = ("", [Int]())
        while true {
            let admitted = queue.admit()
            underWay += admitted
            order += admitted.compactMap { names[$0] }
            guard !underWay.isEmpty else { return order }
            #expect(underWay.count <= max(1, width))
            queue.leave(underWay.removeFirst())
        }
    }

    @Test(arguments: [
        ("abcd", 1, "abcd"), ("abcd", 4, "abcd"), ("aaab", 2, "abaa"), ("aaabbc", 3, "abcaba"), ("aabb", 0, "aabb"),
        ("aaaa", 2, "aaaa"), ("", 2, ""),
    ])
    func whoHasFewestUnderWayIsNext(_ owners: String, _ width: Int, _ expected: String) {
        #expect(order(owners, width: width) == expected)
    }

    @Test func aTurnEndsOnceAndAWaitingStartMayGo() {
        var queue = StartQueue(width: 1)
        let (first, second, third) = (queue.enter("a"), queue.enter("b"), queue.enter("c"))
        #expect(queue.admit() == [first] && queue.admit() == [])
        queue.leave(second)
        queue.leave(first)
        queue.leave(first)
        #expect(queue.admit() == [third])
        queue.leave(third)
        #expect(queue.admit() == [])
        let fourth = queue.enter("a")
        #expect(queue.admit() == [fourth])
    }
}
