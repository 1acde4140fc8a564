import Net
import Testing

@Suite struct ValueTests {
    @Test(arguments: [
        ("127.0.0.1:80", "127.0.0.1:80"), ("localhost:1", "127.0.0.1:1"), ("0.0.0.0:65535", "0.0.0.0:65535"),
        ("1.2.3:80", nil), ("1.2.3.4.5:80", nil), ("256.0.0.1:80", nil), ("1.2.3.4", nil), ("1.2.3.4:65536", nil),
        ("1.2.3.4:-1", nil), ("1.2.+3.4:1", nil), ("name:80", nil), ("", nil),
    ])
    func addressesAreReadStrictly(_ text: String, _ expected: String?) {
        #expect(SocketAddress(text)?.description == expected)
    }

    @Test func headersKeepOrderAndCompareWithoutCase() {
        var headers: HTTPHeaders = ["A": "1", "b": "2"]
        headers.add("a", "3")
        #expect(headers["a"] == "1" && headers.all("A") == ["1", "3"])
        headers["A"] = "4"
        #expect(headers.map { "\($0.name)=\($0.value)" } == ["A=4", "b=2"])
        headers["B"] = nil
        #expect(headers.count == 1 && headers["b"] == nil)
    }

    @Test func percentCodingGoesRound() {
        #expect(PercentCoding.encodePath("/a b/ü?#%") == "/a%20b/%C3%BC%3F%23%25")
        #expect(PercentCoding.decode("/a%20b+%c3%BC".utf8) == "/a b+ü")
        #expect(PercentCoding.decode("%".utf8) == nil)
        #expect(PercentCoding.decode("%4".utf8) == nil)
        let pairs = PercentCoding.query("a=1&b&c=%26+=&&a=2".utf8) ?? []
        #expect(pairs.map { "\($0.name):\($0.value)" } == ["a:1", "b:", "c:& =", "a:2"])
    }

    @Test func workAndTimersRunInOrder() async throws {
        try await withLoop { loop in
            let order = await withCheckedContinuation { (continuation: CheckedContinuation<[String], Never>) in
                loop.execute {
                    var order: [String] = []
                    _ = loop.after(.milliseconds(20)) {
                        order.append("late")
                        continuation.resume(returning: order)
                    }
                    let cancelled = loop.after(.milliseconds(5)) { order.append("cancelled") }
                    _ = loop.after(.milliseconds(10)) { order.append("early") }
                    _ = loop.after(.zero) { order.append("now") }
                    cancelled.cancel()
                }
            }
            #expect(order == ["now", "early", "late"])
        }
    }
}
