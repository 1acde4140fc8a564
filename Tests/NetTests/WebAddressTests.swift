import Net
import Testing

struct WebAddressTests {
    @Test(arguments: [
        ("http://iris.default.svc", "iris.default.svc:80 / http://iris.default.svc/"),
        (
            "HTTP://iris:8080/v1/models/a:predict?x=1#y",
            "iris:8080 /v1/models/a:predict?x=1 http://iris:8080/v1/models/a:predict?x=1"
        ),
        ("https://iris?x=1", "iris:443 /?x=1 https://iris/?x=1"),
        ("https://iris:443/", "iris:443 / https://iris/"),
        ("http://iris:/a", "iris:80 /a http://iris/a"),
        ("ftp://iris/", nil), ("iris/a", nil), ("http://", nil), ("http:///a", nil), ("http://u@iris/", nil),
        ("http://iris:0/", nil), ("http://iris:65536/", nil), ("http://a:b:c/", nil), ("http://iris/a b", nil),
        ("http://iris/\r\nx: y", nil),
    ])
    func urlsAreRead(_ text: String, _ told: String?) {
        #expect(WebAddress(text).map { "\($0.host):\($0.port) \($0.target) \($0)" } == told)
    }
}
