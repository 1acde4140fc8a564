import CPCRE2
import Pickle
import Prediction
import Sklearn

/// A regular expression that says what a token is, as scikit-learn's `token_pattern`: Python's syntax, matched by PCRE2
/// within bounds.
final class TokenPattern: Sendable {
    // Safe: compiled code is never changed after init; PCRE2 lets any number of threads match with it.
    private nonisolated(unsafe) let code: OpaquePointer
    // Safe: likewise.
    private nonisolated(unsafe) let limits: OpaquePointer
    /// Whether a token is what the one group matches, not the whole match.
    let hasGroup: Bool

    /// Bounds of one match: a hostile text ends as a refusal, not as a busy loop.
    private enum Limits {
        static let matchSteps: UInt32 = 100_000
        static let heapKiB: UInt32 = 1024
        static let patternBytes = 4096
    }

    init(_ value: PickleValue) throws(ModelDefect) {
        let text = try value.text()
        guard text.utf8.count <= Limits.patternBytes else {
            throw value.refusal(.textPattern, "token pattern is too long")
        }
        let translation = try PythonPattern(text, at: value)
        var error: Int32 = 0
        var offset = 0
        let compiled = Array(translation.pattern.utf8).withUnsafeBufferPointer {
            pcre2_compile_8($0.baseAddress, $0.count, translation.options, &error, &offset, nil)
        }
        guard let compiled, let limits = pcre2_match_context_create_8(nil) else {
            throw value.refusal(.textPattern, "token pattern \(text) is not native (at \(offset))")
        }
        code = compiled
        self.limits = limits
        pcre2_set_match_limit_8(limits, Limits.matchSteps)
        pcre2_set_heap_limit_8(limits, Limits.heapKiB)
        var groups: UInt32 = 0
        pcre2_pattern_info_8(compiled, UInt32(PCRE2_INFO_CAPTURECOUNT), &groups)
        hasGroup = groups == 1
        guard groups <= 1 else {
            throw value.defect(
                "More than 1 capturing group in token pattern. Only a single group should be captured."
            )
        }
    }

    deinit {
        pcre2_code_free_8(code)
        pcre2_match_context_free_8(limits)
    }

    /// Calls `token` with where each token is in a text of UTF-8, as Python's `findall` finds them.
    func findAll(
        in text: Span<UInt8>,
        _ work: TokenWork,
        _ token: (Range<Int>) -> Void
    ) throws(InputDefect) {
        let isDone = text.withUnsafeBufferPointer { find(in: $0, work, token) }
        guard isDone else { throw InputDefect("the token pattern takes too many steps for a text") }
    }

    private func find(
        in text: UnsafeBufferPointer<UInt8>,
        _ work: TokenWork,
        _ token: (Range<Int>) -> Void
    ) -> Bool {
        var at = 0
        var options: UInt32 = 0
        while at <= text.count {
            let found = pcre2_match_8(code, text.baseAddress, text.count, at, options, work.match, limits)
            if found == PCRE2_ERROR_NOMATCH { return true }
            guard found >= 0, let bounds = pcre2_get_ovector_pointer_8(work.match) else { return false }
            let (start, end) = (Int(bounds[0]), Int(bounds[1]))
            if !hasGroup {
                token(start..<end)
            } else if found > 1, bounds[2] <= bounds[3], bounds[3] <= text.count {
                token(Int(bounds[2])..<Int(bounds[3]))
            } else {
                token(start..<start)
            }
            // Where nothing was matched, something must be matched there or later.
            options = end == start ? UInt32(PCRE2_NOTEMPTY_ATSTART) : 0
            at = end
        }
        return true
    }
}

/// Where PCRE2 puts what it found; kept between texts.
final class TokenWork {
    fileprivate let match: OpaquePointer

    /// Nil where there is no memory.
    init?() {
        guard let match = pcre2_match_data_create_8(2, nil) else { return nil }
        self.match = match
    }

    deinit { pcre2_match_data_free_8(match) }
}
