import CLinux

/// A file in the form of /etc/hosts: a line for each address, the names behind it.
enum HostsFile {
    /// Bytes that are read of one at most.
    private static let bytesMax = 16 << 20

    /// The first address that stands before a name; nil where there is none, or no such file.
    static func address(of host: String, in path: String) -> UInt32? {
        let file = clinux_open(path, O_RDONLY | O_CLOEXEC, 0)
        guard file >= 0 else { return nil }
        defer { close(file) }
        var bytes: [UInt8] = []
        let step = 64 * 1024
        while bytes.count < bytesMax {
            let read = withUnsafeTemporaryAllocation(byteCount: step, alignment: 1) { room in
                let count = CLinux.read(file, room.baseAddress, room.count)
                if count > 0 { bytes.append(contentsOf: UnsafeRawBufferPointer(rebasing: room[..<count])) }
                return count
            }
            if read <= 0 { break }
        }
        return find(Array(host.utf8), in: bytes)
    }

    private static func find(_ host: [UInt8], in bytes: [UInt8]) -> UInt32? {
        for line in bytes.split(separator: UInt8(ascii: "\n")) {
            let words = line.prefix { $0 != UInt8(ascii: "#") }.split {
                $0 == UInt8(ascii: " ") || $0 == UInt8(ascii: "\t")
            }
            guard words.dropFirst().contains(where: { $0.elementsEqual(host) }), let first = words.first,
                let address = SocketAddress(host: String(decoding: first, as: UTF8.self), port: 0)
            else { continue }
            return address.ip
        }
        return nil
    }
}
