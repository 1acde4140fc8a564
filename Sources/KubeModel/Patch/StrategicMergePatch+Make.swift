package import Base

extension StrategicMergePatch {
    /// The patch that makes `modified` of `original`.
    package static func make(from original: JSON, to modified: JSON, schema: Schema) throws(APIStatus) -> JSON {
        let patch = try StrategicDiff(tellsDeletions: true, tellsChanges: true)
            .objects(original, modified, MergeContext(schema), retainsKeys: false)
        return .object(patch)
    }

    /// The patch of `apply`: what `modified` wants other than `current`, and away with what `lastApplied` had and
    /// `modified` no longer wants. What others added to `current` stays; what they changed of `modified` goes back.
    package static func make(
        lastApplied: JSON,
        modified: JSON,
        current: JSON,
        schema: Schema
    ) throws(APIStatus) -> JSON {
        let context = MergeContext(schema)
        let changes = try StrategicDiff(tellsDeletions: false, tellsChanges: true)
            .objects(current, modified, context, retainsKeys: false)
        let deletions = try StrategicDiff(tellsDeletions: true, tellsChanges: false)
            .objects(lastApplied, modified, context, retainsKeys: false)
        return try StrategicMerge(isCombining: true).object(.object(deletions), changes, context)
    }
}

/// The difference of two documents as a strategic patch.
private struct StrategicDiff {
    let tellsDeletions: Bool
    let tellsChanges: Bool

    func objects(
        _ original: JSON,
        _ modified: JSON,
        _ context: MergeContext,
        retainsKeys: Bool
    ) throws(APIStatus) -> [String: JSON] {
        let old = original.object ?? [:]
        let new = modified.object ?? [:]
        var patch: [String: JSON] = [:]
        for (name, value) in new {
            guard let before = old[name] else {
                if tellsChanges { patch[name] = value }
                continue
            }
            try member(name, before, value, context, &patch)
        }
        if tellsDeletions {
            for name in old.keys where new[name] == nil { patch[name] = .null }
        }
        let hasNew = new.keys.contains { old[$0] == nil }
        if retainsKeys, !patch.isEmpty || hasNew {
            patch[PatchDirective.retainKeys] = JSON(new.filter { !$0.value.isNull }.keys.sorted())
        }
        return patch
    }

    private func member(
        _ name: String,
        _ before: JSON,
        _ value: JSON,
        _ context: MergeContext,
        _ patch: inout [String: JSON]
    ) throws(APIStatus) {
        let (merge, inner) = context.member(name)
        switch (before, value) {
        case (.object, .object) where !merge.replaces:
            let change = try objects(before, value, inner, retainsKeys: merge.retainsKeys)
            if !change.isEmpty { patch[name] = .object(change) }
        case (.array(let old), .array(let new)) where merge.key != nil:
            try lists(name, old, new, merge, inner, &patch)
        default:
            if tellsChanges, before != value { patch[name] = value }
        }
    }

    private func lists(
        _ name: String,
        _ old: [JSON],
        _ new: [JSON],
        _ merge: FieldMerge,
        _ context: MergeContext,
        _ patch: inout [String: JSON]
    ) throws(APIStatus) {
        guard !old.isEmpty else {
            if !new.isEmpty, tellsChanges { patch[name] = .array(new) }
            return
        }
        guard let key = merge.key, !key.isEmpty else { return scalars(name, old, new, &patch) }
        let order = ListOrder(key: key)
        let (changes, deletions) = try elements(old, new, key, context, merge.retainsKeys)
        let all = try order.sorted(changes, by: new) + deletions
        if !all.isEmpty { patch[name] = .array(all) }
        let isSameOrder = old.count == new.count && zip(old, new).allSatisfy { ListOrder.isSame($0, $1, key) }
        guard !new.isEmpty else { return }
        if tellsChanges && (!all.isEmpty || !isSameOrder) || tellsDeletions && !all.isEmpty {
            patch[PatchDirective.elementOrder + name] = .array(new.map { .object([key: $0[key]]) })
        }
    }

    private func scalars(_ name: String, _ old: [JSON], _ new: [JSON], _ patch: inout [String: JSON]) {
        let added = new.filter { !old.contains($0) }
        let deleted = old.filter { !new.contains($0) }.sorted { $0.text < $1.text }
        if tellsChanges, !added.isEmpty { patch[name] = .array(added) }
        if tellsDeletions, !deleted.isEmpty { patch[PatchDirective.deletedScalars + name] = .array(deleted) }
        if !new.isEmpty, tellsDeletions && !deleted.isEmpty || tellsChanges && old != new {
            patch[PatchDirective.elementOrder + name] = .array(new)
        }
    }

    private func elements(
        _ old: [JSON],
        _ new: [JSON],
        _ key: String,
        _ context: MergeContext,
        _ retainsKeys: Bool
    ) throws(APIStatus) -> (changes: [JSON], deletions: [JSON]) {
        // A key may occur several times (a port over TCP and UDP): the occurrences pair up in order.
        var before: [String: ArraySlice<JSON>] = [:]
        for element in old {
            guard !element[key].isNull else { throw .noMergeKey(element, key) }
            before[element[key].text, default: []].append(element)
        }
        var changes: [JSON] = []
        for element in new {
            guard !element[key].isNull else { throw .noMergeKey(element, key) }
            if let earlier = before[element[key].text]?.popFirst() {
                var change = try objects(earlier, element, context, retainsKeys: retainsKeys)
                guard !change.isEmpty else { continue }
                change[key] = element[key]
                changes.append(.object(change))
            } else if tellsChanges {
                changes.append(element)
            }
        }
        guard tellsDeletions else { return (changes, []) }
        let deleted = before.values.joined().map { $0[key] }.sorted { $0.goText < $1.goText }
        return (changes, deleted.map { .object([PatchDirective.patch: "delete", key: $0]) })
    }
}
