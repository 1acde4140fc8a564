import Prediction
import Sklearn

/// From a text to the terms that count: lower case, tokens, stop words, n-grams; scikit-learn's `analyzer`.
struct TextAnalyzer: Sendable {
    /// What a text is cut into.
    enum Unit: Sendable {
        /// Runs of at least so many word characters.
        case words(minimum: Int)
        /// What a pattern matches.
        case tokens(TokenPattern)
        /// Characters across the whole text.
        case characters
        /// Characters inside words, each word with a space on either side.
        case charactersOfWords
    }

    let unit: Unit
    let lowercases: Bool
    let accents: Accents?
    let ngrams: ClosedRange<Int>
    let stopWords: Vocabulary?

    /// Throws where the rows are no texts, or so long that they may hold too many terms.
    func checkSize(_ batch: borrowing Batch) throws(InputDefect) {
        try Input.texts.check(batch, by: "the vectorizer")
        let bytes = batch.texts.utf8.count
        // A word and what parts it from the next take at least two bytes, anything else one.
        let pieces = if case .words = unit { bytes / 2 } else { bytes }
        guard pieces * ngrams.count * (accents == nil ? 1 : Accents.growth) <= ModelLimits.termsMax else {
            throw InputDefect("\(bytes) bytes of text are too many, at most \(ModelLimits.termsMax) terms are counted")
        }
    }

    /// Calls `term` with every term of a text, as a range of `scratch.packed`.
    func analyze(
        _ utf8: ArraySlice<UInt8>,
        _ scratch: inout TextScratch,
        _ term: (borrowing [UInt8], Range<Int>) -> Void
    ) throws(InputDefect) {
        scratch.decode(utf8)
        if lowercases { scratch.lowercase() }
        if let accents { scratch.strip(accents) }
        switch unit {
        case .words(let minimum):
            scratch.packWords(minimum: minimum, except: stopWords)
            emit(scratch.pieces[...], scratch, term)
        case .tokens(let pattern):
            try scratch.packTokens(of: pattern, except: stopWords)
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
