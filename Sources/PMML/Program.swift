/// A document, compiled: what the fields of a row are and how they are worked out, and the model that is asked.
final class Program: Sendable {
    /// A field that a row brings.
    struct Input: Sendable {
        let name: String
        let type: FieldType
        let rule: InputRule
    }

    /// A field that an answer brings.
    struct Column: Sendable {
        let name: String
        let type: DataType
        /// Where its value is: the first of these in which there is one.
        var slots: [Int32]
    }

    let symbols: SymbolTable
    let inputs: [Input]
    let slots: [Slot]
    /// All models of the document, those inside others before them; the last one is asked.
    let models: [ModelProgram]
    let columns: [Column]
    /// Numbers that the models keep while they work.
    let scoreCount: Int

    init(
        symbols: SymbolTable,
        inputs: [Input],
        slots: [Slot],
        models: [ModelProgram],
        columns: [Column],
        scoreCount: Int
    ) {
        self.symbols = symbols
        self.inputs = inputs
        self.slots = slots
        self.models = models
        self.columns = columns
        self.scoreCount = scoreCount
    }
}

/// How the value of a field is come by, when it is asked for first.
enum Slot: Sendable {
    /// A model's output leaves it there; missing where it did not.
    case given
    /// The row brings it.
    case input(Int)
    /// Another slot's value, as a model wants to be given it.
    case treated(slot: Int32, type: FieldType, rule: InputRule)
    /// An expression, whose value is then turned into a type where one is said.
    case derived(Expression, as: DataType?)
}
