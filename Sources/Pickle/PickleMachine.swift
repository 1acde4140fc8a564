import Prediction

/// Reads a pickle (protocols 0 to 5) as data: every opcode builds a plain value, none of them runs anything.
///
/// Bounded by construction: no opcode takes more than the bytes that are there, makes more than one value, or calls
/// itself; names outside `PickleName`'s list end the reading.
struct PickleMachine {
    typealias Ref = PickleHeap.Ref

    let heap: PickleHeap
    /// Whether this pickle stands inside another one, as joblib writes arrays of objects.
    let isNested: Bool
    /// Whether the pickle is only looked at: any name may stand in it, and odd uses of its values are passed over.
    let isLenient: Bool
    /// Offset of the next byte.
    var at: Int
    /// Offset of the opcode that is being read.
    var opcodeAt = 0
    private var stack: [Ref] = []
    private var marks: [Int] = []
    private var memo: [Ref] = []
    private static let unset = Ref.max
    /// Bytes of a place in the memo, which grows by doubling.
    private static let memoCost = 10

    init(heap: PickleHeap, at: Int = 0, isNested: Bool = false, isLenient: Bool = false) {
        self.isLenient = isLenient
        self.heap = heap
        self.at = at
        self.isNested = isNested
    }

    /// Reads to the STOP opcode; the value that the pickle is of.
    mutating func run() throws(ModelDefect) -> Ref {
        while true {
            opcodeAt = at
            let opcode = try byte()
            if opcode == UInt8(ascii: ".") { return try pop() }
            try perform(opcode)
            try heap.checkMemory(at: opcodeAt)
            guard stack.count + marks.count <= ModelLimits.pickleStackMax else {
                throw defect("pickle keeps more than \(ModelLimits.pickleStackMax) values on its stack")
            }
        }
    }

    func defect(_ what: String, why: String? = nil) -> ModelDefect {
        ModelDefect(at: .byte(opcodeAt), what: what, why: why)
    }

    private mutating func perform(_ opcode: UInt8) throws(ModelDefect) {
        switch UnicodeScalar(opcode) {
        case "\u{80}": try checkProtocol()
        case "\u{95}": try checkFrame()
        // Constants and numbers
        case "N": push(PickleHeap.none)
        case "\u{88}": push(PickleHeap.yes)
        case "\u{89}": push(PickleHeap.no)
        case "I": push(try decimal())
        case "L": push(try decimal())
        case "F": push(heap.make(.float(try decimalFloat())))
        case "J": push(heap.make(.int(Int64(Int32(truncatingIfNeeded: try unsigned(4))))))
        case "K": push(heap.make(.int(Int64(try unsigned(1)))))
        case "M": push(heap.make(.int(Int64(try unsigned(2)))))
        case "G": push(heap.make(.float(Double(bitPattern: UInt64(try unsigned(8)).byteSwapped))))
        case "\u{8A}": push(try signed(size: length(1)))
        case "\u{8B}": push(try signed(size: length(4)))
        // Texts and bytes
        case "V": push(heap.make(.text(try escapedText())))
        case "S": push(heap.make(.text(try quotedText())))
        case "\u{8C}", "U": push(heap.make(.text(try extent(length(1)))))
        case "X", "T": push(heap.make(.text(try extent(length(4)))))
        case "\u{8D}": push(heap.make(.text(try extent(length(8)))))
        case "C": push(heap.make(.bytes(try extent(length(1)))))
        case "B": push(heap.make(.bytes(try extent(length(4)))))
        case "\u{8E}", "\u{96}": push(heap.make(.bytes(try extent(length(8)))))
        // Stack and memo
        case "(": marks.append(stack.count)
        case "0": try popOrMark()
        case "1": _ = try popToMark()
        case "2": push(try top())
        case "p": try remember(at: lineNumber())
        case "q": try remember(at: length(1))
        case "r": try remember(at: length(4))
        case "\u{94}": try remember(at: memo.count)
        case "g": push(try recall(lineNumber()))
        case "h": push(try recall(length(1)))
        case "j": push(try recall(length(4)))
        // Containers
        case ")": push(PickleHeap.emptyTuple)
        case "]": push(heap.make(.list([])))
        case "}": push(heap.make(.dict([])))
        case "\u{8F}": push(heap.make(.set([])))
        case "\u{85}": try makeTuple(1)
        case "\u{86}": try makeTuple(2)
        case "\u{87}": try makeTuple(3)
        case "t": push(heap.makeTuple(try popToMark()))
        case "l": push(heap.make(.list(Array(try popToMark()))))
        case "\u{91}": push(heap.make(.set(Array(try popToMark()))))
        case "d": try makeDict()
        case "a": try add([try pop()])
        case "e", "\u{90}": try add(try popToMark())
        case "s": try addPair()
        case "u": try set(try popToMark())
        // Names and objects
        case "c": push(try named(module: line(), name: line()))
        case "\u{93}": try stackName()
        case "R", "\u{81}": try makeObject(arguments: pop(), of: pop())
        case "\u{92}": try makeObjectWithKeywords()
        case "i": try makeOldObject(of: named(module: line(), name: line()), arguments: popToMark())
        case "o": try makeOldObject(popToMark())
        case "b": try build()
        default: throw defect(PickleMachine.refusal(opcode))
        }
    }

    private static func refusal(_ opcode: UInt8) -> String {
        switch UnicodeScalar(opcode) {
        case "P", "Q": "pickle refers to a persistent object"
        case "\u{82}", "\u{83}", "\u{84}": "pickle uses an extension code"
        case "\u{97}", "\u{98}": "pickle keeps a buffer outside the file"
        default: "unknown pickle opcode 0x\(String(opcode, radix: 16))"
        }
    }

    private mutating func checkProtocol() throws(ModelDefect) {
        let version = try byte()
        guard version <= 5 else { throw defect("pickle protocol \(version)", why: "the newest that is read is 5") }
    }

    private mutating func checkFrame() throws(ModelDefect) {
        let count = try unsigned(8)
        guard count <= UInt64(heap.file.count - at) else {
            throw defect("pickle frame of \(count) bytes", why: "only \(heap.file.count - at) are left")
        }
    }
}

// The stack and the memo.
extension PickleMachine {
    mutating func push(_ ref: Ref) { stack.append(ref) }

    /// The topmost value above the last mark.
    func top() throws(ModelDefect) -> Ref {
        guard let last = stack.last, stack.count > marks.last ?? 0 else {
            throw defect("pickle takes a value from an empty stack")
        }
        return last
    }

    mutating func pop() throws(ModelDefect) -> Ref {
        let last = try top()
        stack.removeLast()
        return last
    }

    private mutating func popToMark() throws(ModelDefect) -> ArraySlice<Ref> {
        guard let mark = marks.popLast() else { throw defect("pickle goes back to a mark that is not there") }
        let above = Array(stack[mark...])
        stack.removeLast(stack.count - mark)
        return above[...]
    }

    private mutating func popOrMark() throws(ModelDefect) {
        if let mark = marks.last, mark == stack.count { marks.removeLast() } else { _ = try pop() }
    }

    private mutating func remember(at index: Int) throws(ModelDefect) {
        guard index <= heap.file.count else { throw defect("pickle memo index \(index) is out of proportion") }
        let value = try top()
        if index >= memo.count { heap.charge((index + 1 - memo.count) * PickleMachine.memoCost) }
        try heap.checkMemory(at: opcodeAt)
        while memo.count <= index { memo.append(PickleMachine.unset) }
        memo[index] = value
    }

    private func recall(_ index: Int) throws(ModelDefect) -> Ref {
        guard memo.indices.contains(index), memo[index] != PickleMachine.unset else {
            throw defect("pickle memo has no value \(index)")
        }
        return memo[index]
    }
}

// Containers.
extension PickleMachine {
    private mutating func makeTuple(_ count: Int) throws(ModelDefect) {
        var elements: [Ref] = []
        for _ in 0..<count { elements.append(try pop()) }
        push(heap.makeTuple(elements.reversed()))
    }

    private mutating func makeDict() throws(ModelDefect) {
        let pairs = try popToMark()
        push(heap.make(.dict([])))
        try set(pairs)
    }

    private mutating func add(_ elements: ArraySlice<Ref>) throws(ModelDefect) {
        guard heap.append(elements, to: try top()) || isLenient else {
            throw defect("pickle appends to what is no list or set")
        }
    }

    private mutating func addPair() throws(ModelDefect) {
        let value = try pop()
        let key = try pop()
        try set([key, value])
    }

    private mutating func set(_ pairs: ArraySlice<Ref>) throws(ModelDefect) {
        guard pairs.count.isMultiple(of: 2) else { throw defect("pickle sets a key without a value") }
        guard heap.set(pairs, in: try top()) || isLenient else {
            throw defect("pickle sets members of what is no dictionary")
        }
    }
}
