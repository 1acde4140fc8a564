import PMML
import Prediction

extension FuzzTarget {
    /// A PMML document, and rows for the model that it became.
    static let pmml = FuzzTarget("pmml") { bytes in
        guard case .rows(let load) = ModelFormat.pmml.loader else { return }
        do {
            let model = try load(Array(bytes), Model.Options())
            guard case .table(let columns) = model.predictor.input, columns.count <= 64 else { return }
            var answer = Answer()
            for filling in 0..<3 {
                var batch = Batch()
                fill(&batch, columns.count, filling)
                try model.predictor.predict(&batch, into: &answer)
            }
        } catch {
            // Refusing is the other good end.
        }
    }

    /// A row of numbers, of texts, or of nothing.
    private static func fill(_ batch: inout Batch, _ columns: Int, _ filling: Int) {
        (batch.content, batch.rows) = (.table, 1)
        for column in 0..<columns {
            batch.table.addColumn()
            switch filling {
            case 0: batch.table.append(.number(Double(column % 5) - 1.5), to: column)
            case 1: batch.table.append(batch.table.keep(column % 2 == 0 ? "a" : "1"), to: column)
            default: batch.table.append(.missing, to: column)
            }
        }
    }
}
