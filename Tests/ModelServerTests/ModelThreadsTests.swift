import Base
import ModelServer
import Synchronization
import Testing

struct ModelThreadsTests {
    @Test func workIsDoneInOrderAndTooMuchIsRefused() {
        let (began, goOn, done) = (Wakeup(), Wakeup(), Wakeup())
        let order = Mutex<[Int]>([])
        let threads = ModelThreads(name: "test", count: 1, queueMax: 3)
        #expect(
            threads.add {
                began.wake()
                goOn.wait()
            }
        )
        began.wait()
        let taken = (0..<5).map { number in
            threads.add {
                order.withLock { $0.append(number) }
                done.wake()
            }
        }
        #expect(taken == [true, true, true, false, false])
        goOn.wake()
        for _ in 0..<3 { done.wait() }
        #expect(order.withLock { $0 } == [0, 1, 2])
    }

    @Test func severalThreadsWorkAtOnceAndEndWithTheirOwner() {
        let (began, goOn, done) = (Wakeup(), Wakeup(), Wakeup())
        var threads: ModelThreads? = ModelThreads(name: "test", count: 3)
        for _ in 0..<3 {
            #expect(
                threads?.add {
                    began.wake()
                    goOn.wait()
                    done.wake()
                } == true
            )
        }
        for _ in 0..<3 { began.wait() }
        threads = nil
        for _ in 0..<3 { goOn.wake() }
        for _ in 0..<3 { done.wait() }
    }
}
