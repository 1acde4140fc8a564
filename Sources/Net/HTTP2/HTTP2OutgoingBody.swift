/// The body of an answer on its way: what was written and no frame has taken yet.
struct HTTP2OutgoingBody: ~Copyable {
    /// What follows behind the bytes that a frame takes.
    enum End { case open, whole, trailers }

    /// What a frame can have.
    enum Offer {
        /// More will be written later.
        case nothingYet
        case bytes(Int, End)
    }

    private var written = OutBuffer()
    private var taken = 0
    /// No more will be written.
    private(set) var isWhole = false
    private(set) var trailers = HTTPTrailers.none

    /// Memory that is kept for the next answer.
    private static let kept = 4096
    /// Bytes that are gone are cut off when they are this many, so that a body that never pauses does not grow.
    private static let goneMax = 64 * 1024

    /// Bytes that wait.
    var count: Int { written.count - taken }

    mutating func append(_ bytes: UnsafeRawBufferPointer) { written.append(bytes) }

    /// Hands the buffer to `writing`, which appends; how many bytes that were.
    mutating func append<Result>(_ writing: (inout OutBuffer) -> Result) -> (count: Int, result: Result) {
        let before = written.count
        let result = writing(&written)
        return (written.count - before, result)
    }

    mutating func finish(_ trailers: HTTPTrailers) {
        isWhole = true
        self.trailers = trailers
    }

    /// What a frame of at most `room` bytes can have.
    func offer(_ room: Int) -> Offer {
        let size = min(room, count)
        guard size == count else { return .bytes(size, .open) }
        if isWhole { return .bytes(size, trailers.isEmpty ? .whole : .trailers) }
        return size > 0 ? .bytes(size, .open) : .nothingYet
    }

    /// Moves `count` bytes into the connection's buffer.
    mutating func take(_ count: Int, into out: inout OutBuffer) {
        let size = min(count, self.count)
        out.append(UnsafeRawBufferPointer(rebasing: written.bytes[taken..<taken + size]))
        taken += size
        if taken == written.count {
            written.clear(keeping: Self.kept)
            taken = 0
        } else if taken > Self.goneMax, taken > written.count / 2 {
            written.removeFirst(taken)
            taken = 0
        }
    }

    mutating func clear() {
        written.clear(keeping: Self.kept)
        taken = 0
        isWhole = false
        trailers = .none
    }
}
