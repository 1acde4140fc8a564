import Glibc
import Prediction

/// How often a term occurs in a text, whose words stand between spaces; punctuation around words is none of them.
struct TextIndex: Sendable {
    enum Weight: String { case termFrequency, binary, logarithmic }

    let text: Int32
    let term: Expression
    let weight: Weight
    let isCaseSensitive: Bool

    func evaluate(_ work: Workspace) throws(InputDefect) -> Value {
        let (text, term) = (try work.value(self.text), try self.term.evaluate(work))
        if text.isMissing || term.isMissing { return .missing }
        let words = TextIndex.words(of: work.spelt(text), caseSensitive: isCaseSensitive)
        let wanted = TextIndex.words(of: work.spelt(term), caseSensitive: isCaseSensitive)
        let count = occurrences(of: wanted, in: words)
        return switch weight {
        case .termFrequency: .integer(Int64(count))
        case .binary: .integer(count > 0 ? 1 : 0)
        case .logarithmic: .number(log10(1 + Double(count)))
        }
    }

    private func occurrences(of wanted: [Substring.UnicodeScalarView], in words: [Substring.UnicodeScalarView]) -> Int {
        guard !wanted.isEmpty, words.count >= wanted.count else { return 0 }
        return (0...words.count - wanted.count).count { start in
            zip(words[start...], wanted).allSatisfy { $0.elementsEqual($1) }
        }
    }

    private static func words(of text: String, caseSensitive: Bool) -> [Substring.UnicodeScalarView] {
        let text = caseSensitive ? text : text.lowercased()
        return text.unicodeScalars.split { $0.properties.isWhitespace }.compactMap { word in
            let start = word.drop(while: isPunctuation)
            guard let last = start.lastIndex(where: { !isPunctuation($0) }) else { return nil }
            return Substring(start[...last]).unicodeScalars
        }
    }

    private static func isPunctuation(_ scalar: Unicode.Scalar) -> Bool {
        switch scalar.properties.generalCategory {
        case .connectorPunctuation, .dashPunctuation, .openPunctuation, .closePunctuation, .initialPunctuation,
            .finalPunctuation, .otherPunctuation:
            true
        default: false
        }
    }
}
