package import Base

/// RFC 6902 as Kubernetes applies it: `replace` of a missing member adds it, and of the whole
/// document only `replace` is known.
package enum JSONPatch {
    /// The most operations of one patch.
    package static let operationsMax = 10_000
    /// The most bytes that the `copy` operations of one patch may add.
    package static let copiedBytesMax = 1024 * 1024

    /// The document as the patch changes it; refused as a whole where one operation fails.
    package static func apply(_ patch: JSON, to document: JSON) throws(APIStatus) -> JSON {
        guard case .array(let operations) = patch else { throw .notAPatch(patch, "[]handlers.jsonPatchOp") }
        guard operations.count <= operationsMax else {
            let message =
                "The allowed maximum operations in a JSON patch is \(operationsMax), got \(operations.count)"
            throw APIStatus(.requestEntityTooLarge, message)
        }
        var document = document
        var copiedBytes = 0
        for operation in operations {
            do throws(Failure) {
                try perform(operation, on: &document, &copiedBytes)
            } catch {
                let message = "the server rejected our request due to an error in our request"
                throw APIStatus(.invalid, message, details: .emptyObject)
            }
        }
        return document
    }

    /// An operation does not apply. Which one, and why, is not told: Kubernetes does not.
    private struct Failure: Error {}

    private static func perform(
        _ operation: JSON,
        on document: inout JSON,
        _ copiedBytes: inout Int
    ) throws(Failure) {
        guard let path = operation["path"].string, let name = operation["op"].string else { throw Failure() }
        let target = try pointer(path)
        let value = operation["value"]
        switch name {
        case "add":
            try change(&document, target[...]) { parent, key throws(Failure) in try add(value, to: &parent, key) }
        case "remove": try change(&document, target[...]) { parent, key throws(Failure) in try remove(&parent, key) }
        case "replace" where target.isEmpty: document = value
        case "replace":
            try change(&document, target[...]) { parent, key throws(Failure) in try replace(&parent, key, value) }
        case "test":
            guard try read(document, target) ?? .null == value else { throw Failure() }
        case "move", "copy":
            guard let from = operation["from"].string else { throw Failure() }
            let source = try pointer(from)
            guard !source.isEmpty, let moved = try read(document, source) else { throw Failure() }
            if name == "move" {
                try change(&document, source[...]) { parent, key throws(Failure) in try remove(&parent, key) }
            } else {
                copiedBytes += moved.weight
                guard copiedBytes <= copiedBytesMax else { throw Failure() }
            }
            try change(&document, target[...]) { parent, key throws(Failure) in try add(moved, to: &parent, key) }
        default: throw Failure()
        }
    }

    private static func pointer(_ text: String) throws(Failure) -> [String] {
        if text.isEmpty { return [] }
        let parts = text.split(separator: "/", omittingEmptySubsequences: false).dropFirst()
        return parts.map { part in unescaped(part, ["~1": "/", "~0": "~"]) }
    }

    private static func unescaped(_ text: Substring, _ escapes: [String: Character]) -> String {
        var output = ""
        var rest = text
        while let first = rest.first {
            if let character = escapes[String(rest.prefix(2))] {
                output.append(character)
                rest = rest.dropFirst(2)
            } else {
                output.append(first)
                rest = rest.dropFirst()
            }
        }
        return output
    }

    /// Changes the container that holds the last key of a path.
    private static func change(
        _ node: inout JSON,
        _ path: ArraySlice<String>,
        _ body: (inout JSON, String) throws(Failure) -> Void
    ) throws(Failure) {
        guard let key = path.first else { throw Failure() }
        if path.count == 1 { return try body(&node, key) }
        switch node {
        case .object(var members):
            guard var child = members[key] else { throw Failure() }
            node = .null
            members[key] = nil
            try change(&child, path.dropFirst(), body)
            members[key] = child
            node = .object(members)
        case .array(var elements):
            let index = try index(key, elements.count)
            node = .null
            try change(&elements[index], path.dropFirst(), body)
            node = .array(elements)
        default: throw Failure()
        }
    }

    /// The value at a path; nil where its last member is missing.
    private static func read(_ document: JSON, _ path: [String]) throws(Failure) -> JSON? {
        guard let key = path.last else { return document }
        var node = document
        for step in path.dropLast() {
            guard let next = try member(node, step) else { throw Failure() }
            node = next
        }
        return try member(node, key)
    }

    private static func member(_ node: JSON, _ key: String) throws(Failure) -> JSON? {
        switch node {
        case .object(let members): return members[key]
        case .array(let elements): return elements[try index(key, elements.count)]
        default: throw Failure()
        }
    }

    /// An index below `count`; negative ones count from the end.
    private static func index(_ key: String, _ count: Int) throws(Failure) -> Int {
        guard let index = Int(key), index < count, index >= -count else { throw Failure() }
        return index < 0 ? index + count : index
    }

    private static func add(_ value: JSON, to parent: inout JSON, _ key: String) throws(Failure) {
        switch parent {
        case .object(var members):
            parent = .null
            members[key] = value
            parent = .object(members)
        case .array(var elements):
            let index = key == "-" ? elements.count : try index(key, elements.count + 1)
            parent = .null
            elements.insert(value, at: index)
            parent = .array(elements)
        default: throw Failure()
        }
    }

    private static func remove(_ parent: inout JSON, _ key: String) throws(Failure) {
        switch parent {
        case .object(var members):
            guard members.removeValue(forKey: key) != nil else { throw Failure() }
            parent = .object(members)
        case .array(var elements):
            elements.remove(at: try index(key, elements.count))
            parent = .array(elements)
        default: throw Failure()
        }
    }

    private static func replace(_ parent: inout JSON, _ key: String, _ value: JSON) throws(Failure) {
        switch parent {
        case .object: try add(value, to: &parent, key)
        case .array(var elements):
            elements[try index(key, elements.count)] = value
            parent = .array(elements)
        default: throw Failure()
        }
    }
}

extension JSON {
    /// About how many bytes the value takes as text.
    fileprivate var weight: Int {
        switch self {
        case .string(let text): text.utf8.count + 2
        case .array(let elements): elements.reduce(2) { $0 + $1.weight }
        case .object(let members): members.reduce(2) { $0 + $1.key.utf8.count + $1.value.weight }
        default: 4
        }
    }
}
