import Net

extension FuzzTarget {
    /// A chunked body that arrives in pieces: the first byte says how large they are.
    static let chunkedBody = FuzzTarget("chunked-body") { bytes in
        guard let first = bytes.first else { return }
        var decoder = ChunkDecoder()
        var rest = bytes.dropFirst()
        while !rest.isEmpty {
            let piece = UnsafeRawBufferPointer(rebasing: rest.prefix(Int(first) + 1))
            rest = rest.dropFirst(piece.count)
            guard decode(piece, &decoder) else { return }
        }
    }

    /// Whether the body may go on.
    private static func decode(_ piece: UnsafeRawBufferPointer, _ decoder: inout ChunkDecoder) -> Bool {
        var at = 0
        while true {
            switch decoder.next(piece, &at) {
            case .data(let range): precondition(range.upperBound <= piece.count && !range.isEmpty)
            case .needsMore: return true
            case .done, .malformed: return false
            }
        }
    }
}
