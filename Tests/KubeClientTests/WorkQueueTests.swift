import Base
import KubeClient
import Testing

@Suite(.timeLimit(.minutes(1))) struct WorkQueueTests {
    @Test func aKeyIsInLineOnce() async {
        let queue = WorkQueue<String>()
        queue.add("a")
        queue.add("a")
        queue.add("b")
        #expect(await queue.next() == "a")
        #expect(await queue.next() == "b")
        queue.add("c")
        #expect(await queue.next() == "c")
    }

    @Test func aKeyThatChangesWhileWorkedOnComesAgain() async {
        let queue = WorkQueue<String>()
        queue.add("a")
        #expect(await queue.next() == "a")
        queue.add("a")
        queue.add("b")
        #expect(await queue.next() == "b")
        queue.done("a")
        #expect(await queue.next() == "a")
    }

    @Test func cancelledWorkersGetNothing() async {
        let queue = WorkQueue<String>()
        let worker = Task { await queue.next() }
        worker.cancel()
        #expect(await worker.value == nil)
        queue.add("a")
        #expect(await queue.next() == "a")
    }

    @Test func failuresAreCountedUntilForgotten() async {
        let queue = WorkQueue<String>()
        queue.retry("a")
        #expect(await queue.next() == "a")
        queue.done("a")
        queue.retry("a")
        #expect(queue.failures(of: "a") == 2)
        queue.forget("a")
        #expect(queue.failures(of: "a") == 0)
        #expect(await queue.next() == "a")
    }

    @Test func manyWorkersShareManyKeysWithoutLoss() async {
        let queue = WorkQueue<Int>()
        for key in 0..<1000 { queue.add(key) }
        let seen = await withTaskGroup(of: [Int].self) { group in
            for _ in 0..<8 {
                group.addTask {
                    var seen: [Int] = []
                    while seen.count < 125, let key = await queue.next() {
                        seen.append(key)
                        queue.done(key)
                    }
                    return seen
                }
            }
            return await group.reduce(into: []) { $0 += $1 }
        }
        #expect(seen.sorted() == Array(0..<1000))
    }
}
