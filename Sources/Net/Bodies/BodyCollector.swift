/// A request's body as it is gathered for one call of `complete`, decoded on the way where it came compressed.
struct BodyCollector: ~Copyable {
    /// Why a body is not taken, as an HTTP status and words.
    struct Refusal: Equatable {
        let status: Int
        let message: String
    }

    private var gathered = OutBuffer()
    private var inflater: Inflater?
    private var bytesMax = 0

    /// Memory that is kept for the next body.
    private static let kept = 4096

    /// The body so far.
    var bytes: UnsafeRawBufferPointer { gathered.bytes }

    /// Begins a body of at most `max` bytes, decoded if it is; `coding` is what its Content-Encoding says.
    mutating func begin(max: Int, coding: ContentCoding = .identity) -> Refusal? {
        gathered.clear(keeping: Self.kept)
        bytesMax = max
        inflater = nil
        switch coding {
        case .identity: return nil
        case .unknown: return Refusal(status: 415, message: "a content-encoding other than gzip and deflate")
        case .gzip, .deflate:
            inflater = Inflater()
            return nil
        }
    }

    /// Takes the next bytes as they came.
    mutating func take(_ bytes: UnsafeRawBufferPointer) -> Refusal? {
        if let inflater { return inflater.take(bytes, into: &gathered, max: bytesMax) }
        guard bytes.count <= bytesMax - gathered.count else { return .tooLarge(bytesMax) }
        gathered.append(bytes)
        return nil
    }

    /// The body is whole: a compressed one must have come to its end.
    mutating func end() -> Refusal? {
        defer { inflater = nil }
        return inflater?.end()
    }

    mutating func clear() {
        inflater = nil
        gathered.clear(keeping: Self.kept)
    }
}

extension BodyCollector.Refusal {
    static func tooLarge(_ max: Int) -> Self {
        Self(status: 413, message: "the request's body is larger than \(max) bytes")
    }
}

/// How a body is encoded (RFC 9110 section 8.4).
enum ContentCoding {
    case identity
    case gzip
    case deflate
    case unknown

    /// What a Content-Encoding field says; nil is no field.
    init(_ value: UnsafeRawBufferPointer?) {
        guard let value, !value.isEmpty, !value.equalsIgnoringCase("identity") else {
            self = .identity
            return
        }
        self =
            if value.equalsIgnoringCase("gzip") || value.equalsIgnoringCase("x-gzip") {
                .gzip
            } else if value.equalsIgnoringCase("deflate") { .deflate } else { .unknown }
    }
}
