package import Pickle
package import Prediction

// What a pickled object is made of, read as data: names of classes, parameters, and the objects inside.
extension EstimatorOutline {
    /// How deep objects inside objects are followed.
    private static let depthMax = 8
    /// Objects of one list that are told; of more, only the first and how many they are.
    private static let listedMax = 8
    /// Objects that are told of one model.
    private static let partsMax = 256

    /// Describes the object that `value` is.
    package init(_ value: PickleValue) throws(ModelDefect) {
        var partsLeft = EstimatorOutline.partsMax
        self = try EstimatorOutline.outline(value, called: "", depth: 0, &partsLeft)
    }

    private static func outline(
        _ value: PickleValue,
        called name: String,
        depth: Int,
        _ partsLeft: inout Int
    ) throws(ModelDefect) -> EstimatorOutline {
        partsLeft -= 1
        var parameters: [Parameter] = []
        var parts: [EstimatorOutline] = []
        for (name, member) in try value.namedMembers() {
            if let spelt = member.speltParameter, isParameter(name) { parameters.append(Parameter(name, spelt)) }
            guard depth < depthMax, partsLeft > 0, !superseded(name, value) else { continue }
            for (called, part) in try member.parts(in: name).prefix(listedMax) where partsLeft > 0 {
                parts.append(try outline(part, called: called, depth: depth + 1, &partsLeft))
            }
            let count = try member.parts(in: name).count
            if count > listedMax { parameters.append(Parameter("len(\(name))", String(count))) }
        }
        return EstimatorOutline(name: name, type: value.publicClassName, parameters: parameters, parts: parts)
    }

    /// Parameters that say nothing of what a model answers.
    private static let dull: Set<String> = [
        "cache_size", "copy", "copy_X", "max_iter", "memory", "n_jobs", "random_state", "tol", "verbose", "warm_start",
    ]

    /// By scikit-learn's custom, what was learnt ends in `_` and what is nobody's business begins so.
    private static func isParameter(_ name: String) -> Bool {
        !name.hasSuffix("_") && !name.hasPrefix("_") && !dull.contains(name)
    }

    /// What an estimator was made with and, once fitted, keeps a fitted copy of.
    private static let fittedNames: [String: [String]] = [
        "base_estimator": ["base_estimator_", "estimators_", "calibrated_classifiers_"],
        "base_estimator_": ["estimators_"],
        "estimator": ["best_estimator_", "estimator_", "estimators_", "calibrated_classifiers_"],
        "estimator_": ["estimators_"],
        "estimators": ["estimators_"], "final_estimator": ["final_estimator_"], "transformers": ["transformers_"],
    ]

    private static func superseded(_ name: String, _ value: PickleValue) -> Bool {
        name == "_remainder" || (fittedNames[name] ?? []).contains { (try? value.optional($0)) ?? nil != nil }
    }
}

extension PickleValue {
    /// Whether this is an object of some library, with members.
    package var isPart: Bool {
        guard case .instance(let index, _, let state) = heap[ref], case .dict = heap[state] else { return false }
        let package = heap.names[Int(index)].module.split(separator: ".").first
        return package != "numpy" && package != "scipy" && package != "builtins"
    }

    /// Whether joblib wrote an array of this pickle.
    package var isOfJoblib: Bool { heap.names.contains { $0.meaning == .arrayWrapper } }

    /// The class as its library's documentation names it: without the modules that begin with `_`.
    fileprivate var publicClassName: String {
        guard let (module, name) = className else { return kind }
        let parts = module.split(separator: ".").filter { !$0.hasPrefix("_") || module.hasPrefix("__") }
        return (parts.map(String.init) + [name]).joined(separator: ".")
    }

    /// The members of an object or dictionary that have texts for names, in their order.
    fileprivate func namedMembers() throws(ModelDefect) -> [(name: String, value: PickleValue)] {
        let entries: [PickleHeap.Entry]
        switch heap[ref] {
        case .dict(let members): entries = members
        case .instance(_, _, let state):
            guard case .dict(let members) = heap[state] else { return [] }
            entries = members
        default: return []
        }
        try heap.spend(entries.count, at: place)
        return entries.compactMap { entry in
            guard case .text(let key) = heap[entry.key] else { return nil }
            let name = heap.string(key)
            return (name, PickleValue(heap: heap, ref: entry.value, path: "\(path).\(name)"))
        }
    }

    /// The objects that a member holds: itself, or those in its lists and in the tuples there, by their names.
    fileprivate func parts(in member: String) throws(ModelDefect) -> [(name: String, value: PickleValue)] {
        if isPart { return [(member, self)] }
        guard isList else { return [] }
        var parts: [(name: String, value: PickleValue)] = []
        for (index, element) in try elements().enumerated() {
            if element.isPart {
                parts.append(("\(member)[\(index)]", element))
            } else if element.isSequence, let named = try element.elements().first(where: \.isPart) {
                let name = try element.elements().first?.speltParameter ?? ""
                parts.append((name.trimmed(of: "'"), named))
            }
        }
        return parts
    }

    private var isList: Bool {
        if case .array(let index) = heap[ref], case .objects = heap.arrays[Int(index)].content { return true }
        return isSequence
    }

    /// Longest text of a parameter that is told.
    private static let speltMax = 60

    /// This as Python would show it, where it is a plain value or a short list of such; nil for anything else.
    fileprivate var speltParameter: String? {
        let text = spelt(depth: 0)
        return text.flatMap { $0.utf8.count <= PickleValue.speltMax ? $0 : nil }
    }

    private func spelt(depth: Int) -> String? {
        switch heap[ref] {
        case .none: return "None"
        case .bool(let flag): return flag ? "True" : "False"
        case .int(let integer): return String(integer)
        case .float(let number): return number.description
        case .text(let extent):
            return extent.count <= PickleValue.speltMax ? "'\(heap.string(extent))'" : nil
        case .name(let index): return heap.names[Int(index)].full
        case .tuple(let extent): return extent.count < 8 ? list(heap.elements(extent), "(", ")", depth) : nil
        case .list(let elements): return elements.count < 8 ? list(elements[...], "[", "]", depth) : nil
        default: return nil
        }
    }

    private func list(_ elements: ArraySlice<PickleHeap.Ref>, _ open: String, _ close: String, _ depth: Int) -> String?
    {
        guard depth < 2 else { return nil }
        var spelt: [String] = []
        for element in elements {
            guard let text = PickleValue(heap: heap, ref: element, path: path).spelt(depth: depth + 1) else {
                return nil
            }
            spelt.append(text)
        }
        return open + spelt.joined(separator: ", ") + close
    }
}

extension String {
    fileprivate func trimmed(of mark: Character) -> String {
        hasPrefix(String(mark)) && hasSuffix(String(mark)) && count > 1 ? String(dropFirst().dropLast()) : self
    }
}
