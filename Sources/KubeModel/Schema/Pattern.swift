import CPCRE2

/// A compiled regular expression whose matching is bounded.
package final class Pattern: @unchecked Sendable {
    // Safe: compiled code is only read after init; every match has its own data.
    private let code: OpaquePointer
    /// The expression as it was written.
    package let text: String

    /// How many steps one match may take; a text that needs more does not match.
    private static let stepsMax: UInt32 = 100_000

    /// Compiles an expression; nil where it is none.
    package init?(_ text: String) {
        var defect: Int32 = 0
        var offset = 0
        let bytes = Array(text.utf8)
        guard
            let code = pcre2_compile_8(
                bytes,
                bytes.count,
                UInt32(PCRE2_UTF | PCRE2_DOLLAR_ENDONLY),
                &defect,
                &offset,
                nil
            )
        else { return nil }
        self.code = code
        self.text = text
    }

    deinit { pcre2_code_free_8(code) }

    /// Whether some part of a text matches.
    package func matches(_ text: String) -> Bool {
        guard let data = pcre2_match_data_create_from_pattern_8(code, nil) else { return false }
        defer { pcre2_match_data_free_8(data) }
        let context = pcre2_match_context_create_8(nil)
        defer { pcre2_match_context_free_8(context) }
        pcre2_set_match_limit_8(context, Pattern.stepsMax)
        let bytes = Array(text.utf8)
        return pcre2_match_8(code, bytes, bytes.count, 0, UInt32(PCRE2_NO_UTF_CHECK), data, context) >= 0
    }
}
