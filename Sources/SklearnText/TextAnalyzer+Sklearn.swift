import Pickle
import Prediction
import Sklearn

// What the parameters of a pickled CountVectorizer or TfidfVectorizer say.
extension TextAnalyzer {
    /// Longest n-gram that is made.
    private static let ngramMax = 64

    /// Token patterns that need no pattern matching, and how many word characters a token of each has at least.
    private static let patterns: [String: Int] = [
        #"(?u)\b\w\w+\b"#: 2, #"\b\w\w+\b"#: 2, #"\w\w+"#: 2, #"(?u)\w\w+"#: 2, #"\w{2,}"#: 2, #"\b\w{2,}\b"#: 2,
        #"(?u)\b\w+\b"#: 1, #"\b\w+\b"#: 1, #"\w+"#: 1, #"(?u)\w+"#: 1, #"\w{1,}"#: 1,
        #"(?u)\b\w\w\w+\b"#: 3, #"\b\w\w\w+\b"#: 3, #"\w{3,}"#: 3, #"\b\w{3,}\b"#: 3,
    ]

    init(_ value: PickleValue) throws(ModelDefect) {
        for name in ["preprocessor", "tokenizer"] {
            if let own = try value.optional(name) {
                throw own.refusal(.textAnalyzer, "a \(name) of its own is not native")
            }
        }
        unit = try TextAnalyzer.unit(value)
        lowercases = try value.member("lowercase").flag()
        accents = try value.optional("strip_accents").map(TextAnalyzer.accents)
        let range = try value.member("ngram_range")
        let bounds = try range.elements()
        guard bounds.count == 2 else { throw range.defect("is no pair") }
        let (low, high) = (try bounds[0].integer(), try bounds[1].integer())
        guard low >= 1, low <= high, high <= TextAnalyzer.ngramMax else {
            throw range.defect("(\(low), \(high)) is not within 1 to \(TextAnalyzer.ngramMax)")
        }
        ngrams = low...high
        stopWords = try TextAnalyzer.stopWords(value)
    }

    private static func unit(_ value: PickleValue) throws(ModelDefect) -> Unit {
        let analyzer = try value.member("analyzer")
        if analyzer.isText("char") { return .characters }
        if analyzer.isText("char_wb") { return .charactersOfWords }
        guard analyzer.isText("word") else {
            throw analyzer.refusal(.textAnalyzer, "an analyzer of its own is not native")
        }
        let pattern = try value.member("token_pattern")
        if let minimum = try patterns[pattern.text()] { return .words(minimum: minimum) }
        return .tokens(try TokenPattern(pattern))
    }

    private static func accents(_ value: PickleValue) throws(ModelDefect) -> Accents {
        if value.isText("ascii") { return .ascii }
        if value.isText("unicode") { return .unicode }
        throw value.refusal(.textAccents, "strip_accents of its own is not native")
    }

    private static func stopWords(_ value: PickleValue) throws(ModelDefect) -> Vocabulary? {
        guard let listed = try value.optional("stop_words") else { return nil }
        if listed.isText("english") { return englishStopWords }
        let words = try listed.elements()
        var set = Vocabulary(capacity: words.count)
        for word in words { set.insert(Array(try word.text().utf8), column: 0) }
        return set
    }
}
