/// A path into JSON documents, by the rules of tidwall/gjson 1.18, which KServe's graphs write their conditions in.
///
/// `friends.#(last=="Murphy")#.first`, `[@this].#(model=="iris")`, `items|@reverse|0`: names with wildcards, places,
/// queries, modifiers and selections of several paths. Documents are read as they lie, without a tree; what is no JSON
/// gives an answer all the same, so ask `JSONText.isValid` first.
package struct GJSONPath: Sendable, Equatable, CustomStringConvertible {
    /// The path as it was written.
    package let description: String
    private let bytes: Bytes

    /// Throws where the path is longer than `GJSONLimits.pathBytesMax`.
    package init(_ text: String) throws(GJSONFault) {
        guard text.utf8.count <= GJSONLimits.pathBytesMax else { throw .pathTooLong(bytes: text.utf8.count) }
        description = text
        bytes = Bytes(text.utf8)
    }

    /// What the path leads to in `document`; throws where finding that would take more than the limits allow.
    package func find(in document: [UInt8]) throws(GJSONFault) -> GJSONResult {
        let run = Run(documentBytes: document.count)
        let result = run.find(bytes, in: document[...])
        if let fault = run.fault { throw fault }
        return result
    }
}

/// Text of a document, a path or a result: a part of some array.
typealias Bytes = ArraySlice<UInt8>

/// Bounds of what a path may cost.
package enum GJSONLimits {
    /// The longest path.
    package static let pathBytesMax = 4096
    /// How deep searches may be nested: by the parts of a path, and by documents that are dug through.
    package static let depthMax = 512
    /// Bytes read and written by one search, for each byte of the document …
    package static let workPerByte = 64
    /// … and in any case.
    package static let workMin = 1 << 20
}

/// Why a search was given up.
package enum GJSONFault: Error, Equatable, CustomStringConvertible {
    case pathTooLong(bytes: Int)
    case tooDeep
    case tooMuchWork

    package var description: String {
        switch self {
        case .pathTooLong(let bytes): "a path of \(bytes) bytes is longer than \(GJSONLimits.pathBytesMax)"
        case .tooDeep: "a path leads deeper than \(GJSONLimits.depthMax) levels"
        case .tooMuchWork:
            "a path makes more than \(GJSONLimits.workPerByte) times the document's size out of it"
        }
    }
}

/// What one search has used of its limits. After a fault everything is missing, and the search ends soon.
final class Run {
    private(set) var fault: GJSONFault?
    private var workLeft: Int
    private var depth = 0

    init(documentBytes: Int) {
        workLeft = GJSONLimits.workMin + GJSONLimits.workPerByte * documentBytes
    }

    /// Whether work of this size may be done.
    func spend(_ work: Int) -> Bool {
        workLeft -= work
        if workLeft < 0, fault == nil { fault = .tooMuchWork }
        return fault == nil
    }

    /// Runs `body` one level deeper; `otherwise` where that is too deep.
    func deeper<Value>(otherwise: Value, _ body: () -> Value) -> Value {
        guard depth < GJSONLimits.depthMax else {
            fault = fault ?? .tooDeep
            return otherwise
        }
        depth += 1
        defer { depth -= 1 }
        return body()
    }
}
