import Synchronization
import Telemetry
import TestKit
import Testing

/// The ring between a thread that answers requests and the one that exports.
@Suite(.timeLimit(.minutes(1)))
struct SpanRingTests {
    private func add(_ ring: SpanRing, _ text: String) -> Bool { Array(text.utf8).withUnsafeBytes { ring.add($0) } }

    private func take(_ ring: SpanRing) -> String? {
        var text: String?
        _ = ring.take { length, fill in
            var bytes = [UInt8](repeating: 0, count: length)
            bytes.withUnsafeMutableBytes { fill($0) }
            text = String(decoding: bytes, as: UTF8.self)
        }
        return text
    }

    @Test func bytesAreBounded() {
        let ring = SpanRing(bytes: 32, spansMax: 100)
        #expect(take(ring) == nil)
        #expect(add(ring, "0123456789") && add(ring, "abcdefghij"))
        #expect(!add(ring, "k") && ring.count == 2)
        #expect(take(ring) == "0123456789")
        // Runs over the end, to the front.
        #expect(add(ring, "KLMNOPQRST") && ring.count == 2)
        #expect(take(ring) == "abcdefghij" && take(ring) == "KLMNOPQRST" && take(ring) == nil && ring.count == 0)
    }

    @Test func spansAreBounded() {
        let ring = SpanRing(bytes: 1024, spansMax: 2)
        #expect(add(ring, "a") && add(ring, "") && !add(ring, "c"))
        #expect(take(ring) == "a" && add(ring, "d") && take(ring) == "" && take(ring) == "d")
    }

    @Test func whatOneThreadWritesAnotherTakesInOrder() async {
        let (ring, count) = (SpanRing(bytes: 256, spansMax: 10), 2_000)
        async let written: Void = Task.detached {
            for number in 0..<count {
                let text = String(repeating: "x", count: number % 30) + String(number)
                while !self.add(ring, text) { await Task.yield() }
            }
        }.value
        for number in 0..<count {
            var text = take(ring)
            while text == nil {
                await Task.yield()
                text = take(ring)
            }
            guard text == String(repeating: "x", count: number % 30) + String(number) else {
                Issue.record("number \(number) is \(text ?? "")")
                break
            }
        }
        await written
    }
}
