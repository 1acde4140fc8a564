import Base
import Models
import Pickle
import Prediction

extension FuzzTarget {
    /// A pickle: as a model that then answers, and as a file that is only looked at.
    static let pickle = FuzzTarget("pickle") { bytes in
        serve(Array(bytes), fileBytes: bytes.count)
    }

    /// A pickle of a booster's estimator, whose model is a document inside the pickle.
    static let pickledBoosters = FuzzTarget("pickled-boosters") { bytes in
        serve(Array(bytes), fileBytes: bytes.count)
    }

    /// A joblib file, which may be compressed.
    static let joblib = FuzzTarget("joblib") { bytes in
        guard let plain = try? Inflate.plain(Array(bytes)), plain.count <= bytesMax else { return }
        serve(plain, fileBytes: bytes.count)
    }

    /// What a compressed file may unpack to; more costs time and shows nothing new.
    private static let bytesMax = 1 << 20
    /// Columns that a model may have to be asked.
    private static let columnsMax = 64

    private static func serve(_ bytes: [UInt8], fileBytes: Int) {
        _ = ModelInspection.look(at: bytes, as: .pickle, fileBytes: fileBytes).json
        for wantsProbabilities in [false, true] {
            let options = Model.Options(wantsProbabilities: wantsProbabilities, fileBytes: fileBytes)
            guard let model = try? Model.load(bytes, as: .pickle, options: options) else { continue }
            var batch = rows(for: model.predictor.input)
            var answer = Answer()
            // Refusing is the other good end.
            try? model.predict(&batch, into: &answer)
        }
    }

    /// A few rows of what a model takes, some numbers missing.
    private static func rows(for input: Input) -> Batch {
        var batch = Batch()
        batch.rows = 9
        switch input {
        case .numbers(let columns):
            batch.columns = min(columns, columnsMax)
            batch.values = (0..<batch.rows * batch.columns).map { Double($0 % 5) - 1.5 }
        case .texts:
            batch.content = .texts
            for row in 0..<batch.rows { batch.texts.append("the tiger \(row) Ünï") }
        case .table(let columns):
            batch.content = .table
            for (index, column) in columns.prefix(columnsMax).enumerated() {
                batch.columnNames.append(column.name)
                batch.table.addColumn()
                for row in 0..<batch.rows - 1 {
                    let start = batch.table.utf8.count
                    batch.table.utf8 += Array("a".utf8)
                    if column.type == .bytes { batch.table.appendText(from: start, to: index) }
                    if column.type != .bytes { batch.table.append(.number(Double(row)), to: index) }
                }
            }
            batch.table.fill(to: batch.rows)
        }
        return batch
    }
}
