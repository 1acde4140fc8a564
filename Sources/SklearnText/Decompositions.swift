import CData

/// Unicode's compatibility decompositions (NFKD): what characters are made of, an accented letter of the letter and its
/// accents.
struct Decompositions: Sendable {
    /// The characters that are decomposed, ascending.
    private var scalars: [UInt32] = []
    private var parts: [UInt32] = []
    /// Where the parts of each character end in `parts`.
    private var ends: [Int] = []

    /// The table that the program carries (scripts/make-decompositions.py).
    static let all = Decompositions(
        UnsafeBufferPointer(start: cdata_decompositions_start_address(), count: cdata_decompositions_size())
    )

    private init(_ table: UnsafeBufferPointer<UInt8>) {
        for line in table.split(separator: 0x0A) {
            let characters = String(decoding: line, as: UTF8.self).unicodeScalars.map(\.value)
            guard let first = characters.first else { continue }
            scalars.append(first)
            parts += characters.dropFirst()
            ends.append(parts.count)
        }
    }

    /// Adds what a character is made of, or the character itself; the order of accents on one letter is left as it is.
    func append(_ scalar: UInt32, to text: inout [UInt32]) {
        if scalar < 0x80 { return text.append(scalar) }
        if (0xAC00..<0xD7A4).contains(scalar) { return Decompositions.appendSyllable(scalar - 0xAC00, to: &text) }
        var (low, high) = (0, scalars.count)
        while low < high {
            let middle = (low + high) / 2
            if scalars[middle] < scalar { low = middle + 1 } else { high = middle }
        }
        guard low < scalars.count, scalars[low] == scalar else { return text.append(scalar) }
        text.append(contentsOf: parts[(low == 0 ? 0 : ends[low - 1])..<ends[low]])
    }

    /// A Hangul syllable's letters (Unicode, section 3.12).
    private static func appendSyllable(_ index: UInt32, to text: inout [UInt32]) {
        text.append(0x1100 + index / 588)
        text.append(0x1161 + index % 588 / 28)
        if index % 28 != 0 { text.append(0x11A7 + index % 28) }
    }
}

extension TextAnalyzer {
    /// What becomes of accents: scikit-learn's `strip_accents`.
    enum Accents: Sendable {
        /// Letters lose them; what is not ASCII even then is lost too.
        case ascii
        /// Letters of all scripts lose them.
        case unicode

        /// Characters that a byte of text can become.
        static let growth = 6
    }
}

extension TextScratch {
    mutating func strip(_ accents: TextAnalyzer.Accents) {
        guard scalars.contains(where: { $0 >= 0x80 }) else { return }
        lowered.removeAll(keepingCapacity: true)
        let table = Decompositions.all
        for scalar in scalars { table.append(scalar, to: &lowered) }
        scalars.removeAll(keepingCapacity: true)
        for scalar in lowered {
            switch accents {
            case .ascii where scalar < 0x80: scalars.append(scalar)
            case .ascii: continue
            case .unicode:
                let rank = UnicodeScalar(scalar)?.properties.canonicalCombiningClass ?? .notReordered
                if rank == .notReordered { scalars.append(scalar) }
            }
        }
    }
}
