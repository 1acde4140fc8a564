import Boosters
import Models
import Prediction

extension FuzzTarget {
    /// A model of XGBoost, JSON or UBJSON, and rows for what it became.
    static let xgboost = FuzzTarget("xgboost") { bytes in
        answer(bytes, as: .xgboost)
    }

    /// A model of XGBoost in the old binary format, and rows for what it became.
    static let xgboostBinary = FuzzTarget("xgboost-binary") { bytes in
        answer(bytes, as: .xgboost)
    }

    /// A model of LightGBM, and rows for what it became.
    static let lightgbm = FuzzTarget("lightgbm") { bytes in
        answer(bytes, as: .lightgbm)
    }

    /// A model of CatBoost, binary or JSON, and rows for what it became.
    static let catboost = FuzzTarget("catboost") { bytes in
        answer(bytes, as: .catboost)
    }

    /// Columns that a model may have to be asked; more cost time and show nothing new.
    private static let columnsMax = 64

    /// Loads a model and asks it for as many rows as go through the trees side by side, and one more.
    private static func answer(_ bytes: UnsafeRawBufferPointer, as format: ModelFormat) {
        do {
            let model = try Model.load(Array(bytes), as: format)
            let columns = model.predictor.input.columns
            guard columns <= columnsMax else { return }
            var batch = Batch()
            var answer = Answer()
            batch.rows = 9
            batch.columns = columns
            batch.values = (0..<batch.rows * columns).map { $0 % 7 == 6 ? .nan : Double($0 % 5) - 1.5 }
            // Categories are whole numbers.
            if case .table = model.predictor.input { batch.values = batch.values.indices.map { Double($0 % 9) } }
            try model.predict(&batch, into: &answer)
        } catch {
            // Refusing is the other good end.
        }
    }
}

extension Input {
    /// How many columns a row has.
    fileprivate var columns: Int {
        switch self {
        case .numbers(let columns): columns
        case .table(let columns): columns.count
        case .texts: 0
        }
    }
}
