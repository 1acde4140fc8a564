/// From a text to the terms that count: lower case, tokens, stop words, n-grams; scikit-learn's `analyzer`.
struct TextAnalyzer: Sendable {
    /// What a text is cut into.
    enum Unit: Equatable, Sendable {
        /// Runs of at least so many word characters.
        case words(minimum: Int)
        /// Characters across the whole text.
        case characters
        /// Characters inside words, each word with a space on either side.
        case charactersOfWords
    }

    let unit: Unit
    let lowercases: Bool
    let ngrams: ClosedRange<Int>
    let stopWords: Vocabulary?

    /// Fewest bytes of text that one piece takes.
    var bytesPerPieceMin: Int { if case .words = unit { 2 } else { 1 } }

    /// Calls `term` with every term of a text, as a range of `scratch.packed`.
    func analyze(
        _ utf8: ArraySlice<UInt8>,
        _ scratch: inout TextScratch,
        _ term: (borrowing [UInt8], Range<Int>) -> Void
    ) {
        scratch.decode(utf8)
        if lowercases { scratch.lowercase() }
        switch unit {
        case .words(let minimum):
            scratch.packWords(minimum: minimum, except: stopWords)
            emit(scratch.pieces[...], scratch, term)
        case .characters:
            scratch.packCharacters()
            emit(scratch.pieces[...], scratch, term)
        case .charactersOfWords:
            scratch.packCharactersOfWords()
            var start = 0
            for end in scratch.words {
                emitWord(scratch.pieces[start..<end], scratch, term)
                start = end
            }
        }
    }

    /// Every run of n neighbours, for each n.
    private func emit(
        _ pieces: ArraySlice<Range<Int>>,
        _ scratch: borrowing TextScratch,
        _ term: (borrowing [UInt8], Range<Int>) -> Void
    ) {
        for length in ngrams where length <= pieces.count {
            for first in pieces.startIndex...(pieces.endIndex - length) {
                term(scratch.packed, pieces[first].lowerBound..<pieces[first + length - 1].upperBound)
            }
        }
    }

    /// The same inside one word; a word shorter than n counts once, as a whole.
    private func emitWord(
        _ pieces: ArraySlice<Range<Int>>,
        _ scratch: borrowing TextScratch,
        _ term: (borrowing [UInt8], Range<Int>) -> Void
    ) {
        for length in ngrams {
            let taken = min(length, pieces.count)
            for first in pieces.startIndex...(pieces.endIndex - taken) {
                term(scratch.packed, pieces[first].lowerBound..<pieces[first + taken - 1].upperBound)
            }
            if length >= pieces.count { return }
        }
    }
}
