import Prediction
import Sklearn

/// Work space for cutting one text into pieces; kept between texts.
struct TextScratch {
    /// The text as Unicode scalars.
    var scalars: [UInt32] = []
    /// The same on their way to lower case or to lose their accents.
    var lowered: [UInt32] = []
    /// The text as a token pattern sees it.
    private var subject: [UInt8] = []
    private var tokenWork: TokenWork?
    /// The pieces as UTF-8, so laid out that neighbours joined as an n-gram are one run of bytes.
    private(set) var packed: [UInt8] = []
    /// Where each piece is in `packed`.
    private(set) var pieces: [Range<Int>] = []
    /// Where the pieces of each word end in `pieces`.
    private(set) var words: [Int] = []
    /// Where the tokens of a pattern are in `subject`.
    private var tokens: [Range<Int>] = []
    /// Columns of the terms of one text.
    var columns: [Int32] = []
    /// Hashes of the terms of one text.
    var hashes: [UInt32] = []

    private mutating func clear() {
        packed.removeAll(keepingCapacity: true)
        pieces.removeAll(keepingCapacity: true)
        words.removeAll(keepingCapacity: true)
    }
}

/// Where a batch keeps the work space of its text steps between requests.
final class TextWork {
    fileprivate var scratch = TextScratch()
}

extension Batch {
    /// Lends the work space to `use`.
    mutating func withTextScratch(
        _ use: (inout Batch, inout TextScratch) throws(InputDefect) -> Void
    ) throws(InputDefect) {
        let work = textWork as? TextWork ?? TextWork()
        textWork = work
        try use(&self, &work.scratch)
    }
}

// The text as scalars.
extension TextScratch {
    mutating func decode(_ utf8: ArraySlice<UInt8>) {
        scalars.removeAll(keepingCapacity: true)
        guard utf8.contains(where: { $0 >= 0x80 }) else {
            for byte in utf8 { scalars.append(UInt32(byte)) }
            return
        }
        var iterator = utf8.makeIterator()
        var decoder = UTF8()
        while true {
            switch decoder.decode(&iterator) {
            case .scalarValue(let scalar): scalars.append(scalar.value)
            case .error: scalars.append(0xFFFD)
            case .emptyInput: return
            }
        }
    }

    /// Python's `str.lower`: full mappings of Unicode, and the sigma that ends a word.
    mutating func lowercase() {
        lowered.removeAll(keepingCapacity: true)
        for index in scalars.indices {
            let value = scalars[index]
            if value < 0x80 {
                lowered.append(value &- 0x41 < 26 ? value | 0x20 : value)
            } else if value == 0x3A3 {
                lowered.append(endsWord(index) ? 0x3C2 : 0x3C3)
            } else if let scalar = UnicodeScalar(value), scalar.properties.changesWhenLowercased {
                for mapped in scalar.properties.lowercaseMapping.unicodeScalars { lowered.append(mapped.value) }
            } else {
                lowered.append(value)
            }
        }
        swap(&scalars, &lowered)
    }

    /// Unicode's Final_Sigma: a letter with case before it and none behind it, whatever marks stand between.
    private func endsWord(_ index: Int) -> Bool {
        func isCased(_ values: some Sequence<UInt32>) -> Bool {
            for value in values {
                guard let properties = UnicodeScalar(value)?.properties else { return false }
                if !properties.isCaseIgnorable { return properties.isCased }
            }
            return false
        }
        return isCased(scalars[..<index].reversed()) && !isCased(scalars[(index + 1)...])
    }

    /// Python's `\w` for text: letters, everything that is a number, and the underscore.
    private static func isWord(_ value: UInt32) -> Bool {
        if value < 0x80 { return value | 0x20 &- 0x61 < 26 || value &- 0x30 < 10 || value == 0x5F }
        guard let properties = UnicodeScalar(value)?.properties else { return false }
        switch properties.generalCategory {
        case .uppercaseLetter, .lowercaseLetter, .titlecaseLetter, .modifierLetter, .otherLetter, .decimalNumber:
            return true
        default: return properties.numericType != nil
        }
    }

    /// Python's `\s` for text.
    private static func isSpace(_ value: UInt32) -> Bool {
        if value < 0x80 { return value == 0x20 || value &- 0x09 < 5 || value &- 0x1C < 4 }
        return UnicodeScalar(value)?.properties.isWhitespace ?? false
    }
}

// Cutting it.
extension TextScratch {
    /// Words with one space between neighbours, without stop words.
    mutating func packWords(minimum: Int, except stopWords: Vocabulary?) {
        clear()
        var start = 0
        while start < scalars.count {
            var end = start
            while end < scalars.count, TextScratch.isWord(scalars[end]) { end += 1 }
            if end - start >= minimum { packWord(start..<end, except: stopWords) }
            start = max(end, start + 1)
        }
    }

    /// What a pattern matches, with one space between neighbours, without stop words.
    mutating func packTokens(of pattern: TokenPattern, except stopWords: Vocabulary?) throws(InputDefect) {
        clear()
        for scalar in scalars { append(scalar) }
        swap(&subject, &packed)
        packed.removeAll(keepingCapacity: true)
        guard let work = tokenWork ?? TokenWork() else { throw InputDefect("there is no memory for a token pattern") }
        tokenWork = work
        var text: [UInt8] = []
        swap(&text, &subject)
        defer { swap(&text, &subject) }
        var spots: [Range<Int>] = []
        swap(&spots, &tokens)
        spots.removeAll(keepingCapacity: true)
        defer { swap(&spots, &tokens) }
        try pattern.findAll(in: text.span, work) { spots.append($0) }
        for spot in spots { packToken(text[spot], except: stopWords) }
    }

    private mutating func packWord(_ range: Range<Int>, except stopWords: Vocabulary?) {
        let before = packed.count
        if !pieces.isEmpty { packed.append(0x20) }
        let start = packed.count
        for index in range { append(scalars[index]) }
        endWord(before, start, except: stopWords)
    }

    private mutating func packToken(_ token: ArraySlice<UInt8>, except stopWords: Vocabulary?) {
        let before = packed.count
        if !pieces.isEmpty { packed.append(0x20) }
        let start = packed.count
        packed.append(contentsOf: token)
        endWord(before, start, except: stopWords)
    }

    private mutating func endWord(_ before: Int, _ start: Int, except stopWords: Vocabulary?) {
        if let stopWords, stopWords.column(of: packed, start..<packed.count) != nil {
            packed.removeLast(packed.count - before)
        } else {
            pieces.append(start..<packed.count)
        }
    }

    /// Characters; a run of several white spaces is one space.
    mutating func packCharacters() {
        clear()
        var index = 0
        while index < scalars.count {
            var end = index
            while end < scalars.count, TextScratch.isSpace(scalars[end]) { end += 1 }
            if end - index > 1 {
                packPiece(0x20)
                index = end
            } else {
                packPiece(scalars[index])
                index += 1
            }
        }
    }

    /// The characters of each word, with a space before and behind it.
    mutating func packCharactersOfWords() {
        clear()
        var index = 0
        while index < scalars.count {
            guard !TextScratch.isSpace(scalars[index]) else {
                index += 1
                continue
            }
            packPiece(0x20)
            while index < scalars.count, !TextScratch.isSpace(scalars[index]) {
                packPiece(scalars[index])
                index += 1
            }
            packPiece(0x20)
            words.append(pieces.count)
        }
    }

    private mutating func packPiece(_ value: UInt32) {
        let start = packed.count
        append(value)
        pieces.append(start..<packed.count)
    }

    private mutating func append(_ value: UInt32) {
        if value < 0x80 { return packed.append(UInt8(value)) }
        for byte in UnicodeScalar(value).flatMap(UTF8.encode) ?? UTF8.encodedReplacementCharacter {
            packed.append(byte)
        }
    }
}
