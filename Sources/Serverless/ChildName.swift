/// Names of objects that carry the name of what they belong to.
enum ChildName {
    /// A label's length: names of Services and values of labels may not be longer.
    private static let bytesMax = 63
    private static let digestBytes = 32

    /// `parent` and `suffix`; a long parent is cut, and a digest of it keeps the names of two parents apart.
    static func of(_ parent: String, _ suffix: String) -> String {
        guard parent.utf8.count + suffix.utf8.count > bytesMax else { return parent + suffix }
        let kept = max(0, bytesMax - digestBytes - suffix.utf8.count)
        return String(decoding: parent.utf8.prefix(kept), as: UTF8.self) + digest(parent) + suffix
    }

    /// 32 hexadecimal digits: two FNV-1a sums, forwards and backwards.
    private static func digest(_ text: String) -> String {
        func sum(_ bytes: some Sequence<UInt8>) -> String {
            let sum = bytes.reduce(UInt64(0xcbf2_9ce4_8422_2325)) { ($0 ^ UInt64($1)) &* 0x100_0000_01b3 }
            let digits = String(sum, radix: 16)
            return String(repeating: "0", count: digestBytes / 2 - digits.count) + digits
        }
        return sum(text.utf8) + sum(text.utf8.reversed())
    }
}
