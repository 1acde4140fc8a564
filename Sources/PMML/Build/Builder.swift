import Prediction

/// What is collected while a document becomes a program.
///
/// One object for one document: scopes, expressions and models add to it in the order of the document.
final class Builder {
    var symbols = SymbolTable()
    var inputs: [Program.Input] = []
    var slots: [Slot] = []
    /// What the values of each slot are.
    private(set) var types: [FieldType] = []
    var models: [ModelProgram] = []
    private(set) var scoreCount = 0
    /// The document's own functions.
    let functions: [String: XMLElement]
    /// The fields of the data dictionary.
    let dataFields: [String: XMLElement]
    /// Parts of expressions so far.
    private var parts = 0
    private let partsMax: Int
    private var nesting = 0
    private var numbers = 0

    /// - Parameter root: the document.
    init(_ root: XMLElement) {
        func named(_ elements: [XMLElement]) -> [String: XMLElement] {
            Dictionary(elements.map { ($0.attribute("name") ?? "", $0) }, uniquingKeysWith: { first, _ in first })
        }
        functions = named(root.child("TransformationDictionary")?.children("DefineFunction") ?? [])
        let elements = root.document.nodes.count
        partsMax = max(PMMLLimits.expressionPartsFree, elements * PMMLLimits.expressionPartsPerElementMax)
        dataFields = named(root.child("DataDictionary")?.children("DataField") ?? [])
    }

    func addSlot(_ slot: Slot, type: FieldType) -> Int32 {
        slots.append(slot)
        types.append(type)
        return Int32(slots.count - 1)
    }

    func type(of slot: Int32) -> FieldType { types[Int(slot)] }

    /// Numbers that a model keeps while it works.
    func addScores(_ count: Int) -> Int {
        scoreCount += count
        return scoreCount - count
    }

    /// Counts numbers of tables and sets, which are bounded.
    func count(numbers more: Int, at element: XMLElement) throws(ModelDefect) {
        numbers += more
        guard numbers <= PMMLLimits.numbersMax, scoreCount <= PMMLLimits.numbersMax else {
            throw element.defect("has more numbers than \(PMMLLimits.numbersMax) in one document")
        }
    }

    /// Runs `body` one level deeper, as one more part of an expression.
    func nested<Result>(
        at element: XMLElement,
        _ body: () throws(ModelDefect) -> Result
    ) throws(ModelDefect) -> Result {
        parts += 1
        guard parts <= partsMax else { throw element.defect("expressions have more than \(partsMax) parts") }
        guard nesting < PMMLLimits.nestingMax else {
            throw element.defect("stands deeper than \(PMMLLimits.nestingMax) levels in others")
        }
        nesting += 1
        defer { nesting -= 1 }
        return try body()
    }

    /// What a text says as a value of a type; nil where it says none.
    func value(_ text: String, as type: DataType) -> Value? {
        type == .string ? .text(symbols.intern(text)) : type.value(text)
    }

    /// The same for a value that must be one.
    func required(_ text: String, as type: DataType, at element: XMLElement) throws(ModelDefect) -> Value {
        guard let value = value(text, as: type) else {
            throw element.defect("'\(text.prefix(64))' is no \(type.rawValue)")
        }
        return value
    }

    /// What a field of that type is compared with: of its own type, or any number where it is a number.
    func comparand(_ text: String, of type: DataType, at element: XMLElement) throws(ModelDefect) -> Value {
        if let value = value(text, as: type) { return value }
        guard type != .string, let number = Spelling.number(text) else {
            throw element.defect("'\(text.prefix(64))' is no \(type.rawValue)")
        }
        return .number(number)
    }

    /// A constant whose type nothing says: a whole number, a number, or a text.
    func constant(_ text: String) -> Value {
        if text.isEmpty { return .text(symbols.intern(text)) }
        if !text.utf8.contains(UInt8(ascii: ".")), let whole = DataType.integer.value(text),
            Int(text) != nil
        {
            return whole
        }
        if text.utf8.contains(UInt8(ascii: ".")) || !text.utf8.contains(where: { $0 &- 0x30 < 10 }),
            let number = Spelling.number(text)
        {
            return .number(number)
        }
        return .text(symbols.intern(text))
    }
}

extension XMLElement {
    /// The type that an attribute says; nil where it is absent.
    func dataType(_ name: String = "dataType") throws(ModelDefect) -> DataType? {
        attribute(name) == nil ? nil : try word(name) as DataType
    }

    /// The type of a field that must say it.
    func fieldType() throws(ModelDefect) -> FieldType {
        let data: DataType = try word("dataType")
        return FieldType(data: data, op: try word("optype", default: data.opType))
    }
}
