import GJSON

extension FuzzTarget {
    /// A path on the first line, and the document that it is searched in.
    static let gjson = FuzzTarget("gjson") { bytes in
        let parts = bytes.split(separator: UInt8(ascii: "\n"), maxSplits: 1, omittingEmptySubsequences: false)
        guard let first = parts.first, let document = parts.dropFirst().first else { return }
        _ = JSONText.isValid(Array(document))
        do throws(GJSONFault) {
            let result = try GJSONPath(String(decoding: first, as: UTF8.self)).find(in: Array(document))
            precondition(result.exists || result.raw.isEmpty)
            _ = (result.string, result.bool, result.integer, result.double)
        } catch {
            // Giving up at a limit is the other good end.
            precondition(!error.description.isEmpty)
        }
    }
}
