import CLinux

/// The two paths that have to be fast, read from bytes.
struct PredictionPath {
    /// Which version of the protocol asks.
    enum Version { case one, two }

    let version: Version
    /// The model's name, as it stands in the path.
    let name: UnsafeRawBufferPointer

    /// Reads `/v1/models/NAME:predict` and `/v2/models/NAME/infer`; nil for any other path, and for names that are
    /// percent-encoded.
    init?(_ path: UnsafeRawBufferPointer) {
        if let name = PredictionPath.between("/v1/models/", ":predict", path) {
            (version, self.name) = (.one, name)
        } else if let name = PredictionPath.between("/v2/models/", "/infer", path) {
            (version, self.name) = (.two, name)
        } else {
            return nil
        }
        for byte in name where byte == UInt8(ascii: "/") || byte == UInt8(ascii: "%") { return nil }
    }

    private static func between(
        _ start: StaticString,
        _ end: StaticString,
        _ path: UnsafeRawBufferPointer
    ) -> UnsafeRawBufferPointer? {
        let (head, tail) = (start.utf8CodeUnitCount, end.utf8CodeUnitCount)
        guard path.count > head + tail, let base = path.baseAddress,
            memcmp(base, start.utf8Start, head) == 0,
            memcmp(base + path.count - tail, end.utf8Start, tail) == 0
        else { return nil }
        return UnsafeRawBufferPointer(rebasing: path[head..<path.count - tail])
    }
}
