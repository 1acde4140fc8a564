import Gateway
import Net
import Testing

@Suite struct PathChangeTests {
    struct Case: CustomTestStringConvertible {
        let path: String
        let prefix: String
        let change: PathChange
        let result: String

        var testDescription: String { "\(path) by \(prefix) and \(change)" }
    }

    // The table of Gateway API's HTTPPathModifier, and the edges beside it.
    @Test(arguments: [
        Case(path: "/foo/bar", prefix: "/foo", change: .prefix("/xyz"), result: "/xyz/bar"),
        Case(path: "/foo/bar", prefix: "/foo", change: .prefix("/xyz/"), result: "/xyz/bar"),
        Case(path: "/foo", prefix: "/foo", change: .prefix("/xyz"), result: "/xyz"),
        Case(path: "/foo/", prefix: "/foo", change: .prefix("/xyz"), result: "/xyz/"),
        Case(path: "/foo/bar", prefix: "/foo", change: .prefix(""), result: "/bar"),
        Case(path: "/foo/bar", prefix: "/foo", change: .prefix("/"), result: "/bar"),
        Case(path: "/foo/", prefix: "/foo", change: .prefix("/"), result: "/"),
        Case(path: "/foo", prefix: "/foo", change: .prefix("/"), result: "/"),
        Case(path: "/foo", prefix: "/foo", change: .prefix(""), result: "/"),
        Case(path: "/bar", prefix: "", change: .prefix("/xyz"), result: "/xyz/bar"),
        Case(path: "/a/b/c", prefix: "/a", change: .full("/new"), result: "/new"),
    ])
    func followsTheTable(_ c: Case) {
        var out = OutBuffer()
        Array(c.path.utf8).withUnsafeBytes { c.change.write($0, matched: c.prefix.utf8.count, to: &out) }
        #expect(String(decoding: out.bytes, as: UTF8.self) == c.result)
    }

    @Test(arguments: [
        (RouteRedirect(), "http://h:7080/v1/a?q=1"),
        (RouteRedirect(scheme: "https"), "https://h/v1/a?q=1"),
        (RouteRedirect(scheme: "https", port: 8443), "https://h:8443/v1/a?q=1"),
        (RouteRedirect(hostname: "other"), "http://other:7080/v1/a?q=1"),
        (RouteRedirect(port: 80), "http://h/v1/a?q=1"),
        (RouteRedirect(path: .prefix("/v2")), "http://h:7080/v2/a?q=1"),
        (RouteRedirect(path: .full("/gone"), status: 301), "http://h:7080/gone?q=1"),
    ])
    func clientsAreSentToThePlaceThatDiffers(_ redirect: RouteRedirect, _ expected: String) {
        let text = Array("h:7080/v1/aq=1".utf8)
        let location = text.withUnsafeBytes { bytes in
            func part(_ range: Range<Int>) -> UnsafeRawBufferPointer { UnsafeRawBufferPointer(rebasing: bytes[range]) }
            return redirect.location(
                from: .init(
                    scheme: "http",
                    authority: part(0..<6),
                    path: part(6..<11),
                    query: part(11..<14),
                    matched: 3
                )
            )
        }
        #expect(location == expected)
    }
}
