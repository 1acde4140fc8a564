import Base

/// The order of a merged list: what the patch names, in its order, woven into what only the server has.
struct ListOrder {
    /// The member that tells elements apart; empty for lists of scalars.
    let key: String

    /// Whether two elements are the same one.
    static func isSame(_ left: JSON, _ right: JSON, _ key: String) -> Bool {
        key.isEmpty ? left == right : left[key] == right[key]
    }

    /// Puts `merged` into order: `patch` and `server` are the orders that either side wants.
    func arrange(_ merged: [JSON], patch: [JSON], server: [JSON]) throws(APIStatus) -> [JSON] {
        let patchPlaces = try places(patch)
        let serverPlaces = try places(server)
        var named: [JSON] = []
        var others: [JSON] = []
        for element in merged {
            if patchPlaces[try identity(element)] != nil { named.append(element) } else { others.append(element) }
        }
        return weave(sorted(others, serverPlaces), sorted(named, patchPlaces), serverPlaces)
    }

    /// Sorts the elements of a patch as `order` has them; deletions go last.
    func sorted(_ elements: [JSON], by order: [JSON]) throws(APIStatus) -> [JSON] {
        sorted(elements, try places(order))
    }

    private func sorted(_ elements: [JSON], _ places: [String: Int]) -> [JSON] {
        let deletions = elements.filter { $0[PatchDirective.patch] == "delete" }
        let rest = elements.filter { $0[PatchDirective.patch] != "delete" }
        return rest.enumerated().sorted { left, right in
            (place(left.element, places), left.offset) < (place(right.element, places), right.offset)
        }.map(\.element) + deletions
    }

    /// Merges two sorted lists: an element of the first goes before one of the second where the server had it so.
    private func weave(_ first: [JSON], _ second: [JSON], _ server: [String: Int]) -> [JSON] {
        var output: [JSON] = []
        var rest = first[...]
        for element in second {
            let place = place(element, server)
            while let head = rest.first, place < .max, self.place(head, server) < place {
                output.append(head)
                rest = rest.dropFirst()
            }
            output.append(element)
        }
        return output + rest
    }

    private func place(_ element: JSON, _ places: [String: Int]) -> Int {
        places[(key.isEmpty ? element : element[key]).text] ?? .max
    }

    private func places(_ list: [JSON]) throws(APIStatus) -> [String: Int] {
        var places: [String: Int] = [:]
        for (index, element) in list.enumerated() where places[try identity(element)] == nil {
            places[try identity(element)] = index
        }
        return places
    }

    private func identity(_ element: JSON) throws(APIStatus) -> String {
        if key.isEmpty { return element.text }
        guard !element[key].isNull else { throw .noMergeKey(element, key) }
        return element[key].text
    }
}
