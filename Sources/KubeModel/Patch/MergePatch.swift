package import Base

/// RFC 7386: objects merge, null takes away, everything else replaces.
package enum MergePatch {
    /// The document as the patch changes it; a patch that is no object is refused, as it would replace all.
    package static func apply(_ patch: JSON, to document: JSON) throws(APIStatus) -> JSON {
        if patch.isNull { return document }
        guard patch.object != nil else { throw .notAPatch(patch, "map[string]interface {}") }
        return merge(patch, into: document)
    }

    private static func merge(_ patch: JSON, into document: JSON) -> JSON {
        guard case .object(let changes) = patch else { return withoutNullMembers(patch) }
        var members = document.object ?? [:]
        for (name, change) in changes {
            members[name] = change.isNull ? nil : merge(change, into: members[name] ?? .null)
        }
        return .object(members)
    }

    /// The patch that makes `modified` of `original`; null in place of each member that goes.
    package static func make(from original: JSON, to modified: JSON) -> JSON {
        guard case .object(let old) = original, case .object(let new) = modified else { return modified }
        var patch: [String: JSON] = [:]
        for (name, value) in new {
            guard let before = old[name] else {
                patch[name] = value
                continue
            }
            if before == value { continue }
            let change = make(from: before, to: value)
            patch[name] = change
        }
        for name in old.keys where new[name] == nil { patch[name] = .null }
        return .object(patch)
    }

    /// The patch of `apply`: what `modified` wants other than `current`, and away with what `lastApplied` had and
    /// `modified` no longer wants. What others added to `current` stays.
    package static func make(lastApplied: JSON, modified: JSON, current: JSON) -> JSON {
        let additions = additions(make(from: current, to: modified))
        let deletions = deletions(make(from: lastApplied, to: modified))
        return union(deletions, additions)
    }

    /// In a list that replaces another there is nothing to take nulls away from: they go, those in lists stay.
    private static func withoutNullMembers(_ value: JSON) -> JSON {
        switch value {
        case .object(let members): .object(members.filter { !$0.value.isNull }.mapValues(withoutNullMembers))
        case .array(let elements): .array(elements.map(withoutNullMembers))
        default: value
        }
    }

    private static func additions(_ patch: JSON) -> JSON {
        guard case .object(let members) = patch else { return patch }
        var kept: [String: JSON] = [:]
        for (name, value) in members where !value.isNull {
            let inner = additions(value)
            // An object of nothing but deletions adds nothing; one that is empty by itself is to be made.
            let isDeletion = inner == .emptyObject && value != .emptyObject
            if !isDeletion { kept[name] = inner }
        }
        return .object(kept)
    }

    /// The nulls of a patch alone, with the objects on the way to them.
    private static func deletions(_ patch: JSON) -> JSON {
        var kept: [String: JSON] = [:]
        for (name, value) in patch.object ?? [:] {
            if value.isNull {
                kept[name] = .null
            } else if value.object != nil {
                let inner = deletions(value)
                if inner.object?.isEmpty == false { kept[name] = inner }
            }
        }
        return .object(kept)
    }

    /// Both patches in one; where they meet in something other than objects, the second wins.
    private static func union(_ first: JSON, _ second: JSON) -> JSON {
        guard case .object(let old) = first, case .object(let new) = second else { return second }
        return .object(old.merging(new) { union($0, $1) })
    }
}
