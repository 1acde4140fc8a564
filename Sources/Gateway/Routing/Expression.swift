import CPCRE2

/// A regular expression over bytes, by PCRE2, bounded in the steps that a match may take.
///
/// Compiled once when routes change. `^/.*$`, which KServe writes for every service, never comes here: it is `PathMatch.any`.
package final class Expression: Sendable {
    /// The text that it was made of.
    package let pattern: String
    // Safe: compiled code is never changed after init; PCRE2 lets any number of threads match with it.
    private nonisolated(unsafe) let code: OpaquePointer

    /// Bounds of one match: a hostile path ends as "no match", not as a busy loop.
    private enum Limits {
        static let matchSteps: UInt32 = 100_000
        static let heapKiB: UInt32 = 64
    }

    /// Compiles; nil where PCRE2 does not take the text.
    package init?(_ pattern: String) {
        var error: Int32 = 0
        var offset = 0
        let options = UInt32(PCRE2_DOLLAR_ENDONLY)
        let compiled = Array(pattern.utf8).withUnsafeBufferPointer {
            pcre2_compile_8($0.baseAddress, $0.count, options, &error, &offset, nil)
        }
        guard let compiled else { return nil }
        self.pattern = pattern
        code = compiled
    }

    deinit { pcre2_code_free_8(code) }

    /// Whether the expression matches somewhere in the bytes.
    package func matches(_ bytes: UnsafeRawBufferPointer) -> Bool {
        guard let workspace = pcre2_match_data_create_8(1, nil), let context = pcre2_match_context_create_8(nil) else {
            return false
        }
        defer {
            pcre2_match_data_free_8(workspace)
            pcre2_match_context_free_8(context)
        }
        pcre2_set_match_limit_8(context, Limits.matchSteps)
        pcre2_set_heap_limit_8(context, Limits.heapKiB)
        let text = bytes.bindMemory(to: UInt8.self)
        return pcre2_match_8(code, text.baseAddress, text.count, 0, 0, workspace, context) >= 0
    }
}
