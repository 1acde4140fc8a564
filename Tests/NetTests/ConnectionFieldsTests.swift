import Net
import Testing

@Suite struct ConnectionFieldsTests {
    /// A connection field, and which of these names it keeps from being passed on.
    @Test(arguments: [
        (nil, ["connection", "Keep-Alive", "TE", "Trailer", "Transfer-Encoding", "Upgrade", "Content-Length"]),
        ("close", ["connection", "proxy-connection"]),
        ("keep-alive, X-Hop", ["x-hop", "keep-alive"]),
        ("x-hop ,\tX-Other", ["X-HOP", "x-other"]),
    ])
    func contains(connection: String?, names: [String]) {
        for name in names { #expect(isHeldBack(name, by: connection), "\(name)") }
    }

    @Test(arguments: [
        (nil, ["host", "x-hop", "tea", "content-type"]), ("x-hop", ["x-ho", "x-hops", "hop"]), ("close", ["close"]),
        ("", ["host"]), (" , ,", ["host"]),
    ])
    func passes(connection: String?, names: [String]) {
        for name in names { #expect(!isHeldBack(name, by: connection), "\(name)") }
    }

    private func isHeldBack(_ name: String, by connection: String?) -> Bool {
        let value = connection.map { Array($0.utf8) } ?? []
        return value.withUnsafeBytes { value in
            Array(name.utf8).withUnsafeBytes { name in
                ConnectionFields(connection == nil ? nil : value).contains(name)
            }
        }
    }
}
