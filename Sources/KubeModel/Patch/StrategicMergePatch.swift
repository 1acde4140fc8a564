package import Base

/// Kubernetes' strategic merge: objects merge, lists of named elements merge by name, directives say what else.
package enum StrategicMergePatch {
    /// The document as the patch changes it. `schema` is the kind's; without one all lists are replaced.
    package static func apply(_ patch: JSON, to document: JSON, schema: Schema) throws(APIStatus) -> JSON {
        if patch.isNull { return document }
        guard case .object(let members) = patch else { throw .notAPatch(patch, "map[string]interface {}") }
        return try StrategicMerge(isCombining: false).object(document, members, MergeContext(schema))
    }
}

/// Merges a patch into a document, or (combining) a second patch into a first, where directives and nulls stay.
struct StrategicMerge {
    let isCombining: Bool

    func object(_ original: JSON, _ patch: [String: JSON], _ context: MergeContext) throws(APIStatus) -> JSON {
        if let directive = patch[PatchDirective.patch] { return try directed(directive, patch) }
        var members = original.object ?? [:]
        var patch = patch
        try retainKeys(&members, &patch)
        try mergeOrderedLists(&members, &patch, context)
        for (name, value) in patch { try merge(value, into: &members, as: name, context) }
        return .object(members)
    }

    private func directed(_ directive: JSON, _ patch: [String: JSON]) throws(APIStatus) -> JSON {
        switch directive {
        case "replace": return .object(patch.filter { $0.key != PatchDirective.patch })
        case "delete": return .emptyObject
        default: throw .unknownDirective(directive, .object(patch))
        }
    }

    /// `$retainKeys`: members that are not listed go.
    private func retainKeys(_ members: inout [String: JSON], _ patch: inout [String: JSON]) throws(APIStatus) {
        guard let directive = patch.removeValue(forKey: PatchDirective.retainKeys) else { return }
        guard !isCombining else {
            members[PatchDirective.retainKeys] = directive
            return
        }
        let kept = Set(directive.strings)
        let isWhole = patch.allSatisfy {
            $0.value.isNull || PatchDirective.isDirective($0.key) || kept.contains($0.key)
        }
        guard directive.array != nil, isWhole else { throw .badRequest("invalid patch format of retainKeys") }
        members = members.filter { kept.contains($0.key) }
    }

    private func merge(
        _ value: JSON,
        into members: inout [String: JSON],
        as name: String,
        _ context: MergeContext
    ) throws(APIStatus) {
        if name.hasPrefix(PatchDirective.deletedScalars) {
            let list = String(name.dropFirst(PatchDirective.deletedScalars.count))
            if isCombining {
                members[name] = value
            } else if let elements = members[list]?.array, let deleted = value.array {
                members[list] = .array(elements.filter { !deleted.contains($0) })
            }
            return
        }
        if value.isNull {
            members[name] = isCombining ? .null : nil
            return
        }
        switch (members[name], value) {
        case (.object(let old)?, .object(let change)):
            let (merge, inner) = context.member(name)
            members[name] = nil
            members[name] = merge.replaces ? value : try object(.object(old), change, inner)
        case (.array(let old)?, .array(let change)):
            members[name] = .array(try list(old, change, context.member(name)))
        default: members[name] = try new(value)
        }
    }

    /// A value where there was nothing before.
    private func new(_ value: JSON) throws(APIStatus) -> JSON {
        try PatchedValue(isCombining: isCombining).new(value)
    }

    /// Merges lists that come with a `$setElementOrder`, and puts their elements into that order.
    private func mergeOrderedLists(
        _ members: inout [String: JSON],
        _ patch: inout [String: JSON],
        _ context: MergeContext
    ) throws(APIStatus) {
        for (directive, orderValue) in patch where directive.hasPrefix(PatchDirective.elementOrder) {
            patch[directive] = nil
            if isCombining { members[directive] = orderValue }
            let name = String(directive.dropFirst(PatchDirective.elementOrder.count))
            let old = members[name]?.array
            let change = patch[name]?.array
            guard let order = orderValue.array, old != nil || change != nil else { continue }
            let field = context.member(name)
            let key = field.merge.key ?? ""
            try checkOrder(change ?? [], order, key)
            let merged: [JSON]
            switch (old, change) {
            case (let old?, let change?): merged = try list(old, change, field)
            case (let old?, nil): merged = old
            default: merged = try new(.array(change ?? [])).array ?? []
            }
            members[name] = .array(try ListOrder(key: key).arrange(merged, patch: order, server: old ?? []))
            patch[name] = nil
        }
    }

    /// The elements of a patch must stand in the order that the same patch asks for.
    private func checkOrder(_ change: [JSON], _ order: [JSON], _ key: String) throws(APIStatus) {
        var rest = order[...]
        for element in change where element[PatchDirective.patch].isNull {
            guard let found = rest.firstIndex(where: { ListOrder.isSame($0, element, key) }) else {
                throw .badRequest(
                    "The order in patch list:\n\(JSON.array(change).goText)\n doesn't match $setElementOrder list:\n"
                        + "\(JSON.array(order).goText)\n"
                )
            }
            rest = rest[(found + 1)...]
        }
    }
}

extension StrategicMerge {
    private func list(
        _ old: [JSON],
        _ change: [JSON],
        _ field: (merge: FieldMerge, inner: MergeContext)
    ) throws(APIStatus) -> [JSON] {
        guard let key = field.merge.key else { return change }
        if old.isEmpty && change.isEmpty { return old }
        guard (old + change).allSatisfy({ $0.object != nil }) else { return try scalars(old, change) }
        guard !key.isEmpty else { throw .badRequest("cannot merge lists without merge key") }
        let (kept, changes) = try special(old, change, key)
        let merged = try elements(kept, changes, key, field.inner)
        return try ListOrder(key: key).arrange(merged, patch: changes, server: kept)
    }

    private func scalars(_ old: [JSON], _ change: [JSON]) throws(APIStatus) -> [JSON] {
        var seen: Set<String> = []
        let both = (old + change).filter { seen.insert($0.text).inserted }
        return try ListOrder(key: "").arrange(both, patch: change, server: old)
    }

    /// Carries out `$patch: delete` and `$patch: replace` of a list's elements.
    private func special(
        _ old: [JSON],
        _ change: [JSON],
        _ key: String
    ) throws(APIStatus) -> (old: [JSON], change: [JSON]) {
        var deleted: Set<String> = []
        var replaces = false
        for element in change {
            switch element[PatchDirective.patch] {
            case .null: continue
            case "delete":
                guard !element[key].isNull else { throw .noMergeKey(element, key) }
                deleted.insert(element[key].text)
            case "replace": replaces = true
            default: throw .unknownDirective(element[PatchDirective.patch], element)
            }
        }
        let changes = change.filter { $0[PatchDirective.patch].isNull }
        return (replaces ? [] : old.filter { !deleted.contains($0[key].text) }, changes)
    }

    private func elements(
        _ old: [JSON],
        _ changes: [JSON],
        _ key: String,
        _ context: MergeContext
    ) throws(APIStatus) -> [JSON] {
        var merged = old
        var places: [String: Int] = [:]
        for (index, element) in old.enumerated().reversed() { places[element[key].text] = index }
        for change in changes {
            guard !change[key].isNull else { throw .noMergeKey(change, key) }
            if let place = places[change[key].text] {
                merged[place] = try object(merged[place], change.object ?? [:], context)
            } else {
                places[change[key].text] = merged.count
                merged.append(try new(change))
            }
        }
        return merged
    }
}

/// Values that a patch brings where there was nothing: their directives and nulls have done their work.
private struct PatchedValue {
    /// Only `$patch` has done its work: nulls and the other directives are for the document still to come.
    let isCombining: Bool

    func new(_ value: JSON) throws(APIStatus) -> JSON {
        switch value {
        case .object(let members):
            if members[PatchDirective.patch] == "delete" { return .emptyObject }
            var kept: [String: JSON] = [:]
            for (name, member) in members where name != PatchDirective.patch {
                let isDone = member.isNull || PatchDirective.isDirective(name)
                if !isDone { kept[name] = try new(member) } else if isCombining { kept[name] = member }
            }
            return .object(kept)
        case .array(let elements):
            var kept: [JSON] = []
            for element in elements {
                switch element[PatchDirective.patch] {
                case .null: kept.append(try new(element))
                case "delete", "replace", "merge":
                    let isAll = element.object?.count == 1
                    if element[PatchDirective.patch] != "delete" && !isAll { kept.append(try new(element)) }
                default: throw .unknownDirective(element[PatchDirective.patch], element)
                }
            }
            return .array(kept)
        default: return value
        }
    }
}
