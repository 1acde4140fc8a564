/// The rows of one request on their way through a model: numbers, texts, or sparse numbers.
///
/// Owned by whoever serves requests and used again for each one: it keeps its storage, so that after the first few
/// requests nothing is allocated.
package struct Batch {
    /// Which of the stores holds the rows.
    package enum Content: Sendable { case numbers, texts, sparse, table }

    /// Which of the stores holds the rows.
    package var content: Content = .numbers
    /// How many rows there are.
    package var rows = 0
    /// How many numbers each row has; 0 for texts.
    package var columns = 0
    /// Row-major numbers, rows × columns of them.
    package var values: [Double] = []
    /// What the columns are called, where the client said so (the rows were a data frame); else empty.
    package var columnNames: [String] = []
    /// One text a row.
    package var texts = TextRows()
    /// The rows of a data frame, called as `columnNames` says; a model that takes plain numbers gets them as such.
    package var table = TableRows()
    /// Rows most of whose numbers are zero.
    package var sparse = SparseRows()
    /// Numbers of the next rows, while a step works them out of `values`; its storage is used again.
    package var nextValues: [Double] = []
    /// Work space of text steps, which alone know what it is.
    package var textWork: AnyObject?
    /// Work space of models that are documents of fields and expressions, which alone know what it is.
    package var documentWork: AnyObject?
    /// Work space of kernels.
    package var kernelScratch = KernelScratch()
    /// Work space of trees.
    package var trees = TreeScratch()
    /// Work space of estimators that see one row at a time.
    package var rowWork = RowWork()
    /// Storage of batches that estimators inside others get, while it is not used.
    var spares: [Batch] = []
    /// Storage of answers of estimators inside others, while it is not used.
    package var spareAnswers: [Answer] = []

    package init() {}

    /// Forgets the rows, keeps the storage.
    package mutating func clear() {
        content = .numbers
        rows = 0
        columns = 0
        if !columnNames.isEmpty { columnNames.removeAll(keepingCapacity: true) }
        values.removeAll(keepingCapacity: true)
        texts.clear()
        table.clear()
        sparse.clear()
    }
}

/// Texts one behind the other in one buffer of UTF-8.
package struct TextRows {
    /// The texts' bytes.
    package var utf8: [UInt8] = []
    /// Where each text ends in `utf8`.
    package var ends: [Int] = []

    package init() {}

    /// Ends the text whose bytes were appended to `utf8` last.
    package mutating func endRow() { ends.append(utf8.count) }

    /// Adds a text.
    package mutating func append(_ text: String) {
        utf8.append(contentsOf: text.utf8)
        endRow()
    }

    /// The bytes of the text at `row`.
    package func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

    package mutating func clear() {
        utf8.removeAll(keepingCapacity: true)
        ends.removeAll(keepingCapacity: true)
    }
}

/// Compressed sparse rows: for each row the columns that are not zero, in order, and their numbers.
package struct SparseRows {
    /// For each row, where its entries end.
    package var ends: [Int] = []
    /// The entries' columns, ascending within a row.
    package var columns: [Int32] = []
    /// The entries' numbers.
    package var values: [Double] = []

    package init() {}

    /// The entries of `row` in `columns` and `values`.
    package func range(_ row: Int) -> Range<Int> { (row == 0 ? 0 : ends[row - 1])..<ends[row] }

    package mutating func clear() {
        ends.removeAll(keepingCapacity: true)
        columns.removeAll(keepingCapacity: true)
        values.removeAll(keepingCapacity: true)
    }
}
