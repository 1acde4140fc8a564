import Prediction

// Names, instances, arrays: what takes the place of Python's calls.
extension PickleMachine {
    private typealias Extent = PickleHeap.Extent

    /// A name from the list of those that a model may use; any other ends the reading.
    func named(module: String, name: String) throws(ModelDefect) -> Ref {
        guard max(module.utf8.count, name.utf8.count) <= ModelLimits.nameBytesMax else { throw longName() }
        if isLenient { return heap.makeName(PickleName(anyModule: module, name: name)) }
        guard let known = PickleName(module: module, name: name) else {
            throw defect("pickle names \(module).\(name)", why: "not in the list of names that a model may use")
        }
        return heap.makeName(known)
    }

    private func longName() -> ModelDefect {
        defect("pickle names what takes more than \(ModelLimits.nameBytesMax) bytes to name")
    }

    mutating func stackName() throws(ModelDefect) {
        guard case .text(let name) = heap[try pop()], case .text(let module) = heap[try pop()] else {
            throw defect("pickle makes a name of what is no text")
        }
        guard max(module.count, name.count) <= ModelLimits.nameBytesMax else { throw longName() }
        push(try named(module: heap.string(module), name: heap.string(name)))
    }

    mutating func makeObject(arguments: Ref, of callee: Ref) throws(ModelDefect) {
        guard case .tuple(let extent) = heap[arguments] else {
            throw defect("pickle gives arguments that are no tuple")
        }
        push(try object(of: callee, arguments, heap.elements(extent)))
    }

    mutating func makeObjectWithKeywords() throws(ModelDefect) {
        guard case .dict(let keywords) = heap[try pop()], keywords.isEmpty || isLenient else {
            throw defect("pickle makes an object with keyword arguments")
        }
        try makeObject(arguments: pop(), of: pop())
    }

    mutating func makeOldObject(of callee: Ref, arguments: ArraySlice<Ref>) throws(ModelDefect) {
        push(try object(of: callee, heap.makeTuple(arguments), arguments))
    }

    mutating func makeOldObject(_ parts: ArraySlice<Ref>) throws(ModelDefect) {
        guard let callee = parts.first else { throw defect("pickle makes an object of nothing") }
        try makeOldObject(of: callee, arguments: parts.dropFirst())
    }

    /// What using a name with arguments makes.
    private func object(of callee: Ref, _ tuple: Ref, _ arguments: ArraySlice<Ref>) throws(ModelDefect) -> Ref {
        guard case .name(let index) = heap[callee] else {
            if isLenient { return PickleHeap.none }
            throw defect("pickle calls what is no name")
        }
        let name = heap.names[Int(index)]
        let arguments = Array(arguments)
        switch name.meaning {
        case .reconstruct: return heap.makeArray(.empty)
        case .elementType: return heap.make(.element(try element(name, arguments)))
        case .scalar: return try scalar(name, arguments)
        case .fromBuffer: return try arrayOverBuffer(name, arguments)
        case .encode: return heap.make(.bytes(try encoded(name, arguments)))
        case .bytes: return heap.make(.bytes(try arguments.isEmpty ? heap.keep([]) : encoded(name, arguments)))
        case .list: return heap.make(.list(try elements(name, arguments)))
        case .set: return heap.make(.set(try elements(name, arguments)))
        case .tuple: return heap.makeTuple(try elements(name, arguments))
        case .dict: return heap.make(.dict(try entries(name, arguments)))
        case .instance, .arrayWrapper:
            return heap.make(.instance(name: index, arguments: tuple, state: PickleHeap.none))
        case .makeInstance:
            guard let type = arguments.first, type != callee, case .name(let inner) = heap[type],
                heap.names[Int(inner)].meaning != .makeInstance
            else { throw defect("pickle calls \(name.full) without a class") }
            return try object(of: type, PickleHeap.emptyTuple, [])
        case .value: throw defect("pickle calls \(name.full)", why: "that name may only be a value")
        }
    }

    private func unfit(_ name: PickleName) -> ModelDefect {
        defect("pickle calls \(name.full) with arguments that do not fit")
    }

    private func element(_ name: PickleName, _ arguments: [Ref]) throws(ModelDefect) -> PickledArray.Element {
        guard let first = arguments.first, case .text(let code) = heap[first], code.count < 32,
            let element = PickledArray.Element(code: heap.string(code))
        else { throw unfit(name) }
        return element
    }

    private func scalar(_ name: PickleName, _ arguments: [Ref]) throws(ModelDefect) -> Ref {
        guard arguments.count == 2, case .element(let element) = heap[arguments[0]],
            case .bytes(let bytes) = heap[arguments[1]],
            let array = PickledArray(element: element, shape: [], isColumnMajor: false, content: .bytes(bytes))
        else { throw unfit(name) }
        try heap.spend(Int(element.size), at: .byte(opcodeAt))
        switch element.kind {
        case UInt8(ascii: "b"): return array.integer(0, in: heap) == 0 ? PickleHeap.no : PickleHeap.yes
        case UInt8(ascii: "U"): return heap.make(.text(heap.keep(array.text(0, in: heap).utf8)))
        default:
            if let integer = array.integer(0, in: heap) { return heap.make(.int(integer)) }
            guard let number = array.number(0, in: heap) else { throw unfit(name) }
            return heap.make(.float(number))
        }
    }

    private func arrayOverBuffer(_ name: PickleName, _ arguments: [Ref]) throws(ModelDefect) -> Ref {
        guard arguments.count == 4, case .bytes(let bytes) = heap[arguments[0]],
            case .element(let element) = heap[arguments[1]], let shape = shape(arguments[2]),
            case .text(let order) = heap[arguments[3]],
            let array = PickledArray(
                element: element,
                shape: shape,
                isColumnMajor: heap.bytes(order).elementsEqual("F".utf8),
                content: .bytes(bytes)
            )
        else { throw unfit(name) }
        return heap.makeArray(array)
    }

    private func shape(_ ref: Ref) -> [Int]? {
        guard case .tuple(let extent) = heap[ref], extent.count <= 32 else { return nil }
        var shape: [Int] = []
        for axis in heap.elements(extent) {
            guard case .int(let length) = heap[axis] else { return nil }
            shape.append(Int(length))
        }
        return shape
    }

    /// Bytes spelt as a text of the scalars 0 to 255.
    private func encoded(_ name: PickleName, _ arguments: [Ref]) throws(ModelDefect) -> Extent {
        guard let first = arguments.first, arguments.count <= 2 else { throw unfit(name) }
        if case .bytes(let bytes) = heap[first] { return bytes }
        guard case .text(let extent) = heap[first] else { throw unfit(name) }
        try heap.spend(Int(extent.count), at: .byte(opcodeAt))
        var bytes: [UInt8] = []
        for scalar in heap.string(extent).unicodeScalars {
            guard let byte = UInt8(exactly: scalar.value) else { throw unfit(name) }
            bytes.append(byte)
        }
        return heap.keep(bytes)
    }

    private func elements(_ name: PickleName, _ arguments: [Ref]) throws(ModelDefect) -> [Ref] {
        guard let first = arguments.first else { return [] }
        let elements: [Ref]
        switch heap[first] {
        case .list(let listed), .set(let listed): elements = listed
        case .tuple(let extent): elements = Array(heap.elements(extent))
        default: throw unfit(name)
        }
        try heap.spend(elements.count, at: .byte(opcodeAt))
        return elements
    }

    /// The members of a dictionary that is made of a list of pairs, or empty (defaultdict's factory is let go).
    private func entries(_ name: PickleName, _ arguments: [Ref]) throws(ModelDefect) -> [PickleHeap.Entry] {
        guard let first = arguments.first else { return [] }
        if case .name = heap[first] { return [] }
        var entries: [PickleHeap.Entry] = []
        for pair in try elements(name, arguments) {
            switch heap[pair] {
            case .list(let parts) where parts.count == 2:
                entries.append(PickleHeap.Entry(key: parts[0], value: parts[1]))
            case .tuple(let extent) where extent.count == 2:
                let parts = Array(heap.elements(extent))
                entries.append(PickleHeap.Entry(key: parts[0], value: parts[1]))
            default: throw unfit(name)
            }
        }
        return entries
    }
}

// BUILD: giving an object its state.
extension PickleMachine {
    mutating func build() throws(ModelDefect) {
        let state = try pop()
        let target = try top()
        switch heap[target] {
        case .instance(let name, let arguments, _):
            heap.replace(target, by: .instance(name: name, arguments: arguments, state: state))
            if heap.names[Int(name)].meaning == .arrayWrapper { try readArray(target, state) }
        case .array(let index): heap.replace(array: index, by: try array(state))
        case .element(var element):
            element.state = state
            if case .tuple(let extent) = heap[state], extent.count > 1,
                case .text(let order) = heap[heap.elements(extent).dropFirst().first ?? state]
            {
                element.isBigEndian = heap.bytes(order).elementsEqual(">".utf8)
            }
            heap.replace(target, by: .element(element))
        case .dict, .list, .set: break  // attributes of a container: nothing in a model needs them
        default: if !isLenient { throw defect("pickle gives a state to what has none") }
        }
    }

    /// An array of its state: version, shape, element type, whether column-major, bytes or list of objects.
    private func array(_ state: Ref) throws(ModelDefect) -> PickledArray {
        guard case .tuple(let extent) = heap[state], extent.count == 5 else {
            throw defect("pickle gives an array a state that does not fit")
        }
        let parts = Array(heap.elements(extent))
        let content: PickledArray.Content
        switch heap[parts[4]] {
        case .bytes(let bytes): content = .bytes(bytes)
        case .list(let objects):
            try heap.spend(objects.count, at: .byte(opcodeAt))
            content = .objects(objects)
        default: throw defect("pickle gives an array neither bytes nor a list")
        }
        guard let shape = shape(parts[1]), case .element(let element) = heap[parts[2]],
            let array = PickledArray(
                element: element,
                shape: shape,
                isColumnMajor: parts[3] == PickleHeap.yes,
                content: content
            )
        else { throw defect("pickle gives an array content that is not of its shape") }
        return array
    }

    /// joblib's array: its bytes follow here, after padding that puts them at a multiple of 16.
    private mutating func readArray(_ target: Ref, _ state: Ref) throws(ModelDefect) {
        let wrapper = PickleValue(heap: heap, ref: state, path: "array at byte \(opcodeAt)")
        guard case .element(let element) = heap[try wrapper.member("dtype").ref],
            let shape = shape(try wrapper.member("shape").ref), let count = PickledArray.count(shape)
        else { throw defect("joblib array without element type and shape") }
        if element.kind == UInt8(ascii: "O") { return try readObjects(target) }
        if let alignment = try wrapper.optional("numpy_array_alignment_bytes"), try alignment.integer() > 0 {
            _ = try extent(length(1))
        }
        let (size, overflow) = count.multipliedReportingOverflow(by: Int(element.size))
        let bytes = try extent(overflow ? .max : size)
        guard
            let array = PickledArray(
                element: element,
                shape: shape,
                isColumnMajor: try wrapper.member("order").text() == "F",
                content: .bytes(bytes)
            )
        else { throw defect("joblib array of a shape that does not fit") }
        guard case .array(let index) = heap[heap.makeArray(array)] else { return }
        heap.replace(target, by: .array(index))
    }

    /// joblib writes an array of objects as a pickle of its own at this place.
    private mutating func readObjects(_ target: Ref) throws(ModelDefect) {
        guard !isNested else { throw defect("joblib array inside a pickle inside a joblib file") }
        var inner = PickleMachine(heap: heap, at: at, isNested: true, isLenient: isLenient)
        let array = try inner.run()
        at = inner.at
        heap.replace(target, by: heap[array])
    }
}
