import COpenSSL

/// HMAC with SHA-256 (RFC 2104): only who has the key can make a message's code.
enum MessageCode {
    /// The 32 bytes of `message` under `key`.
    static func make(_ message: some Sequence<UInt8>, key: [UInt8]) -> [UInt8] {
        let message = Array(message)
        var code = [UInt8](repeating: 0, count: 32)
        var count = 0
        // Safe: `code` has the 32 bytes that SHA-256 gives.
        _ = EVP_Q_mac(nil, "HMAC", nil, "SHA256", nil, key, key.count, message, message.count, &code, 32, &count)
        return code
    }

    /// Compares two codes in the same time wherever they differ.
    static func isSame(_ left: [UInt8], _ right: [UInt8]) -> Bool {
        guard left.count == right.count else { return false }
        return zip(left, right).reduce(UInt8(0)) { $0 | ($1.0 ^ $1.1) } == 0
    }
}
