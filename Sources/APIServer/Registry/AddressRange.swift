/// A range of IPv4 addresses: `10.96.0.0/16`.
package struct AddressRange: Equatable, Sendable, CustomStringConvertible {
    /// The first address, in host byte order.
    package let first: UInt32
    /// Bits of the address that all members share.
    package let prefix: Int

    /// Where Services get their addresses unless the wiring says otherwise.
    package static let `default` = AddressRange(first: 127 << 24 | 1 << 16 | 128 << 8, prefix: 17)

    private init(first: UInt32, prefix: Int) {
        self.first = first
        self.prefix = prefix
    }

    /// Reads `a.b.c.d/n`; nil where it is not that.
    package init?(_ text: String) {
        let parts = text.split(separator: "/")
        guard parts.count == 2, let ip = AddressRange.address(String(parts[0])), let prefix = Int(parts[1]),
            (8...30).contains(prefix)
        else { return nil }
        self.init(first: ip & ~UInt32(0) << UInt32(32 - prefix), prefix: prefix)
    }

    /// The addresses that can be given out: neither the network's own nor its broadcast's.
    package var usable: ClosedRange<UInt32> { first + 1...first + (UInt32(1) << UInt32(32 - prefix)) - 2 }
    package var description: String { "\(AddressRange.text(first))/\(prefix)" }

    package static func text(_ ip: UInt32) -> String { "\(ip >> 24).\(ip >> 16 & 255).\(ip >> 8 & 255).\(ip & 255)" }

    package static func address(_ text: String) -> UInt32? {
        let parts = text.split(separator: ".", omittingEmptySubsequences: false).map { UInt8($0) }
        guard parts.count == 4 else { return nil }
        return parts.reduce(UInt32?(0)) { ip, part in
            guard let ip, let part else { return nil }
            return ip << 8 | UInt32(part)
        }
    }
}
